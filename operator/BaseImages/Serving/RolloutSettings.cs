using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
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
            _proven = ProvenTemplate.Find(_s, _wanted);
            Asked = AskedSettings.Of(_s.Spec, mount);
            DifferByUpgrade = AreNew(_wanted) && (_s.Status.ServingSettings ?? Adopted) == Asked;
        }
        else
        {
            // Until the weights are there, settings that serve do so on, with newer images too.
            AwaitsModel = true;
            _proven = ProvenTemplate.Find(_s, wanted: null);
            _wanted = _proven ?? ServingTemplate.For(_s.Image, "");
        }

        var given =
            AreNew(_wanted) && _s.Status.RejectedSettings is { } failed && failed.Hash == _wanted.Settings
                ? failed
                : null;
        _rejected = DifferByUpgrade ? null : given;
        GivenUpRendering = DifferByUpgrade ? given : null;
    }

    /// <summary>
    /// Gets whether this release renders what the spec asks for otherwise than the one that what serves is from, and
    /// that is all that differs.
    /// </summary>
    public bool DifferByUpgrade { get; }

    /// <summary>Gets this release's rendering, given up since it failed with a new image; null otherwise.</summary>
    public RejectedSettings? GivenUpRendering { get; }

    /// <summary>Gets the fingerprint of what the spec asks of the pods; null while its weights are awaited.</summary>
    public string? Asked { get; }

    /// <summary>Gets whether the spec's settings can't be used yet, since their weights aren't there.</summary>
    public bool AwaitsModel { get; }

    /// <summary>Gets whether nothing can be served before they are: no settings have proved themselves.</summary>
    public bool CannotServe => AwaitsModel && _proven is null;

    /// <summary>Gets the settings that have proved themselves; null when none have.</summary>
    public ServingTemplate? Proven => _proven;

    public static RolloutSettings Of(ImageSnapshot s) => new(s);

    /// <summary>Returns the template to serve an image with.</summary>
    public ServingTemplate For(ImageStatus image) =>
        UsesProven(image) ? _proven!.With(image.Reference)
        : _proven is { } known && (known.Settings, known.Reference) == (_wanted.Settings, image.Reference) ? known
        : _wanted.With(image.Reference);

    /// <summary>
    /// Returns the spec's settings when they were given up for this image; null while there are none to go back to, or
    /// others are asked for. Settings that failed with an image of an older spec are tried with the first image of the
    /// present one: the two may need each other.
    /// </summary>
    public RejectedSettings? RejectedFor(ImageStatus image) =>
        _rejected is { } failed
        && FitsProven(image)
        && (
            failed.Digest is null
            || failed.Digest == image.Digest
            || !IsOfOlderSpec(failed.Digest)
            || !IsOfPresentSpec(image.Digest)
        )
            ? failed
            : null;

    /// <summary>
    /// Tells whether the image failed with the present settings, and either may be at fault. Where there are no others
    /// to serve it with, those before it aren't tried in its place.
    /// </summary>
    public bool Rejects(ImageStatus image) =>
        _rejected is { } failed
        && image.Digest != _s.Status.ServingImage?.Digest
        && (failed.Digest == image.Digest || (!FitsProven(image) && !IsNewerThan(image, failed.Digest)));

    /// <summary>Tells whether settings are known that an image may be served with: the spec's, or the proven.</summary>
    public bool CanServe(ImageStatus image) => Fits(image, _wanted.Engine) || FitsProven(image);

    /// <summary>Tells whether an image was made for the engine that the spec asks for.</summary>
    public bool IsOfAskedEngine(ImageStatus image) =>
        Fits(image, _s.Spec.Rollout.Server.Engine.Value ?? ServerEngine.Builtin);

    /// <summary>Tells whether the template's settings haven't proved themselves, while others have.</summary>
    public bool AreNew(ServingTemplate template) => _proven is not null && _proven.Settings != template.Settings;

    /// <summary>
    /// Tells whether the template's pods may get no node, or not start there, where those of the settings that have
    /// proved themselves do: they go elsewhere, or name other objects.
    /// </summary>
    public bool PlacesAnew(ServingTemplate template) =>
        _proven is not null && Placement(_proven) != Placement(template);

    /// <summary>Tells whether the template has other containers beside the server than what served.</summary>
    public bool HasOtherContainers(ServingTemplate template) =>
        _proven is not null && Beside(_proven) != Beside(template);

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

    /// <summary>
    /// Gets what the spec asked when the template proved itself, as far as a status of a release tells that didn't
    /// record it: where the object was ready at this generation, its pods are what that release made of this spec.
    /// </summary>
    private string? Adopted =>
        _s.Status.ServingSettings is null
        && _s.Workload.Settings == _proven!.Settings
        && _s.Status.Conditions.FirstOrDefault(c => c.Type == ConditionType.Ready)
            is { Status: "True", ObservedGeneration: var seen }
        && seen == _s.Image.Metadata.Generation
            ? Asked
            : null;

    /// <summary>
    /// Tells whether an image goes on, or begins, with the pods that an older release rendered. An upgrade alone
    /// replaces none: this release's rendering comes with the next image, and if both fail, the image is tried without
    /// it.
    /// </summary>
    private bool KeepsRendering(ImageStatus image) =>
        DifferByUpgrade
        && (
            GivenUpRendering is not null
            || image.Digest == _s.Status.ServingImage?.Digest
            || _s.Workload.AsksFor(_proven!.With(image.Reference))
        );

    private bool UsesProven(ImageStatus image) =>
        FitsProven(image) && (RejectedFor(image) is not null || KeepsRendering(image) || !Fits(image, _wanted.Engine));

    private bool FitsProven(ImageStatus image) => _proven is { Engine: var engine } && Fits(image, engine);

    private bool Fits(ImageStatus image, ServerEngine engine) => EngineFit.Fits(_s, image, engine, _proven?.Engine);

    /// <summary>Of a build that has left the history nobody knows; it isn't newer.</summary>
    private bool IsNewerThan(ImageStatus image, string? digest) =>
        digest is not null
        && BuildsOf(image.Digest).Select(b => b.Number).DefaultIfEmpty(long.MinValue).Max()
            > BuildsOf(digest).Select(b => b.Number).DefaultIfEmpty(long.MinValue).Max();

    private bool IsOfPresentSpec(string digest) => BuildsOf(digest).Any(_s.IsOfPresentSpec);

    /// <summary>
    /// Tells whether the image is of an older spec; of a build that has left the history nobody knows of which spec it
    /// was.
    /// </summary>
    private bool IsOfOlderSpec(string digest) => BuildsOf(digest).Any() && !IsOfPresentSpec(digest);

    private IEnumerable<GemmaBuild> BuildsOf(string digest) =>
        _s.Builds.Where(b => b.Status?.Application?.Digest == digest);

    private static string Beside(ServingTemplate template)
    {
        var pod = template.Pod.Spec;
        return KubernetesJson.Serialize(
            new V1PodSpec
            {
                ImagePullSecrets = pod.ImagePullSecrets,
                InitContainers = pod.InitContainers?.Where(c => c.Name != FetchContainer.Name).ToList(),
                Containers = [.. pod.Containers.Skip(1)],
            }
        );
    }

    private static string Placement(ServingTemplate template)
    {
        var pod = template.Pod.Spec;
        return KubernetesJson.Serialize(
            new V1PodSpec
            {
                NodeSelector = pod.NodeSelector,
                Tolerations = pod.Tolerations,
                Affinity = pod.Affinity,
                TopologySpreadConstraints = pod.TopologySpreadConstraints,
                RuntimeClassName = pod.RuntimeClassName,
                PriorityClassName = pod.PriorityClassName,
                Volumes = pod.Volumes,
                ServiceAccountName = pod.ServiceAccountName,
                Containers =
                [
                    new V1Container
                    {
                        Resources = pod.Containers[0].Resources,
                        Env = [.. (pod.Containers[0].Env ?? []).Where(e => e.ValueFrom is not null)],
                        EnvFrom = pod.Containers[0].EnvFrom,
                        VolumeMounts = pod.Containers[0].VolumeMounts,
                    },
                ],
            }
        );
    }
}
