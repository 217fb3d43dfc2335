using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Comparison;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Compares the settings around the served image: what the spec asks for, what has proved itself, and what is given up.
/// </summary>
internal sealed class RolloutSettings
{
    private readonly ImageSnapshot _s;
    private readonly ServingTemplate _wanted;
    private readonly ServingTemplate? _proven;
    private readonly RejectedSettings? _rejected;

    private RolloutSettings(ImageSnapshot snapshot)
    {
        _s = snapshot;
        if (ModelMountPolicy.Decide(_s) is { } mount)
        {
            _wanted = ServingTemplate.For(_s.Image, "", mount);
            _proven = ServingTemplate.Read(_s.Status.ServingTemplate, _wanted);
        }
        else
        {
            // Until the weights are there, settings that serve do so on, with newer images too.
            AwaitsModel = true;
            _proven = ServingTemplate.Read(_s.Status.ServingTemplate);
            _wanted = _proven ?? ServingTemplate.For(_s.Image, "");
        }

        _rejected =
            AreNew(_wanted) && _s.Status.RejectedSettings is { } failed && failed.Hash == _wanted.Settings
                ? failed
                : null;
    }

    /// <summary>Gets whether the spec's settings can't be used yet, since their weights aren't there.</summary>
    public bool AwaitsModel { get; }

    /// <summary>Gets whether nothing can be served before they are: no settings have proved themselves.</summary>
    public bool CannotServe => AwaitsModel && _proven is null;

    /// <summary>Gets the settings that have proved themselves; null when none have.</summary>
    public ServingTemplate? Proven => _proven;

    public static RolloutSettings Of(ImageSnapshot s) => new(s);

    /// <summary>Returns the template to serve an image with.</summary>
    public ServingTemplate For(ImageStatus image) =>
        RejectedFor(image) is not null ? _proven!.With(image.Reference)
        : _proven is { } known && (known.Settings, known.Reference) == (_wanted.Settings, image.Reference) ? known
        : _wanted.With(image.Reference);

    /// <summary>
    /// Returns the spec's settings when they were given up for this image; null while there are none to go back to, or
    /// others are asked for. Settings that failed with an image of an older spec are tried with the first image of the
    /// present one: the two may need each other.
    /// </summary>
    public RejectedSettings? RejectedFor(ImageStatus image) =>
        _rejected is { } failed
        && (
            failed.Digest is null
            || failed.Digest == image.Digest
            || !IsOfOlderSpec(failed.Digest)
            || !IsOfPresentSpec(image.Digest)
        )
            ? failed
            : null;

    /// <summary>Tells whether the image failed with the present settings, and either may be at fault.</summary>
    public bool Rejects(ImageStatus image) =>
        _rejected is { } failed && failed.Digest == image.Digest && image.Digest != _s.Status.ServingImage?.Digest;

    /// <summary>Tells whether the template's settings haven't proved themselves, while others have.</summary>
    public bool AreNew(ServingTemplate template) => _proven is not null && _proven.Settings != template.Settings;

    /// <summary>
    /// Tells whether other nodes may take the template's pods than take those of the settings that have proved
    /// themselves.
    /// </summary>
    public bool PlacesAnew(ServingTemplate template) =>
        _proven is not null && Placement(_proven) != Placement(template);

    /// <summary>
    /// Gets the path in the pod of the first field in which the spec's settings differ from the proven
    /// ones; empty when none does.
    /// </summary>
    public string Difference =>
        _proven is null
            ? ""
            : Drift.Between(_wanted.With(_proven.Reference).Pod.Spec, _proven.Pod.Spec)
                ?? Drift.Between(_proven.Pod.Spec, _wanted.With(_proven.Reference).Pod.Spec)
                ?? "";

    private bool IsOfPresentSpec(string digest) => BuildsOf(digest).Any(_s.IsOfPresentSpec);

    /// <summary>
    /// Tells whether the image is of an older spec; of a build that has left the history nobody knows of which spec it
    /// was.
    /// </summary>
    private bool IsOfOlderSpec(string digest) => BuildsOf(digest).Any() && !IsOfPresentSpec(digest);

    private IEnumerable<GemmaBuild> BuildsOf(string digest) =>
        _s.Builds.Where(b => b.Status?.Application?.Digest == digest);

    private static string Placement(ServingTemplate template)
    {
        var pod = template.Pod.Spec;
        return KubernetesJson.Serialize(
            new V1PodSpec
            {
                NodeSelector = pod.NodeSelector,
                Tolerations = pod.Tolerations,
                RuntimeClassName = pod.RuntimeClassName,
                PriorityClassName = pod.PriorityClassName,
                Volumes = pod.Volumes,
                Containers = [new V1Container { Resources = pod.Containers[0].Resources }],
            }
        );
    }
}
