using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using k8s.Models;

namespace GemmaOperator.Dashboard.Facts;

/// <summary>Holds a GemmaBaseImage with what belongs to it, at one time.</summary>
/// <param name="Image">The object.</param>
/// <param name="Builds">Its builds, newest first.</param>
/// <param name="Pods">Pods of its builds and of its service.</param>
/// <param name="Events">Its own and its builds', newest first.</param>
/// <param name="Now">The time (UTC).</param>
internal sealed record ImageFacts(
    GemmaBaseImage Image,
    Part<GemmaBuild> Builds,
    Part<V1Pod> Pods,
    Part<Corev1Event> Events,
    DateTime Now
);
