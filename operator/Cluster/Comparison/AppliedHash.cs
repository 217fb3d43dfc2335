using System.Security.Cryptography;
using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster.Comparison;

/// <summary>
/// Stamps an object with a hash of all that we want of it. A field that we no longer want isn't in the desired object,
/// so that only this stamp can tell that it must go.
/// </summary>
internal static class AppliedHash
{
    extension(IKubernetesObject<V1ObjectMeta> live)
    {
        /// <summary>Gets the hash of what was last asked for; null when nothing says so.</summary>
        public string? LastApplied =>
            live.Metadata.Annotations is { } all && all.TryGetValue(Annotation, out var hash) ? hash : null;
    }

    public const string Annotation = ApiGroup.Name + "/applied";

    public static T Stamp<T>(T desired)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        var hash = SHA256.HashData(ApiField.Serialize(desired));
        desired.Metadata.Annotations = new Dictionary<string, string>(
            desired.Metadata.Annotations ?? new Dictionary<string, string>(),
            StringComparer.Ordinal
        )
        {
            [Annotation] = Convert.ToHexStringLower(hash)[..16],
        };
        return desired;
    }
}
