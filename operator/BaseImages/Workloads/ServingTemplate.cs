using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Text;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Holds what the served pods are made from, as the operator renders it: an image, and the settings around it. Pods and
/// the Deployment carry the hash of the settings, so that pods of one image with different settings can be told apart.
/// </summary>
internal sealed record ServingTemplate
{
    /// <summary>Names the pods' annotation with a hash of the settings that they were made with.</summary>
    public const string SettingsAnnotation = ApiGroup.Name + "/settings";

    /// <summary>Bounds, in bytes, what is kept: an object of the API server has its limit.</summary>
    private const int LongestText = 256 * 1024;

    private readonly CompressedString? _kept;

    private ServingTemplate(V1PodTemplateSpec pod, string settings, CompressedString? text = null) =>
        (Pod, Settings, Reference, _kept) = (pod, settings, pod.Spec.Containers[0].Image, text);

    /// <summary>Gets a hash of all but the image.</summary>
    public string Settings { get; }

    /// <summary>Gets the application image, by digest.</summary>
    public string Reference { get; }

    /// <summary>Gets what tells that image from others, whatever it is called.</summary>
    public string Identity => RunningImage.IdentityOf(Reference)!;

    /// <summary>Gets the pod template for the Deployment, which must not change it.</summary>
    public V1PodTemplateSpec Pod { get; }

    /// <summary>Gets what answers requests in its pods.</summary>
    public ServerEngine Engine =>
        Pod.Metadata?.Annotations is { } annotations
        && annotations.TryGetValue(ApiGroup.EngineAnnotation, out var text)
        && WireEnum<ServerEngine>.Read(text).Value is { } engine
            ? engine
            : ServerEngine.Builtin;

    /// <summary>Gets the claim of the weights that its pods mount; null when they mount none.</summary>
    public string? Claim =>
        Pod.Spec.Volumes?.FirstOrDefault(v => v.Name == ModelVolume.Name)?.PersistentVolumeClaim?.ClaimName;

    /// <summary>Gets all claims that its pods mount, that of the weights first.</summary>
    public IEnumerable<string> Claims =>
        (Pod.Spec.Volumes ?? []).Select(v => v.PersistentVolumeClaim?.ClaimName).OfType<string>();

    /// <summary>Gets the server's container.</summary>
    public V1Container Server => Pod.Spec.Containers[0];

    /// <summary>
    /// Gets the text that <see cref="Read(CompressedString)"/> takes; null when it is too long to be kept.
    /// </summary>
    public CompressedString? Text =>
        (_kept ?? CompressedString.Of(KubernetesJson.Serialize(Pod))) is { Utf8Length: <= LongestText } text
            ? text
            : null;

    /// <summary>Returns what the spec asks for.</summary>
    /// <param name="image">The object.</param>
    /// <param name="reference">The application image, by digest.</param>
    /// <param name="mount">How the weights come into the pods; null for what the spec alone says of it.</param>
    public static ServingTemplate For(GemmaBaseImage image, string reference, ModelMount? mount = null)
    {
        mount ??= ModelMount.Of(image.Spec!.Rollout.Server.Model);
        var pod = new V1PodTemplateSpec
        {
            Metadata = WorkloadMetadata.OfPods(image),
            Spec = ServingPod.For(image.Spec!, mount, WorkloadMetadata.Selector(image)),
        };
        var settings = Fingerprint.HexOf("template", ApiField.Serialize(pod), 16);
        pod.Metadata.Annotations ??= new Dictionary<string, string>(StringComparer.Ordinal);
        pod.Metadata.Annotations[SettingsAnnotation] = settings;
        if (mount.Identity.Length > 0)
        {
            pod.Metadata.Annotations[ModelClaim.ModelAnnotation] = mount.Identity;
        }

        return new ServingTemplate(pod with { Spec = WithImage(pod.Spec, reference) }, settings);
    }

    /// <summary>Returns what was kept; null when nothing was, or it can't be read.</summary>
    public static ServingTemplate? Read(CompressedString? text) =>
        Deserialize<V1PodTemplateSpec>(text) is { Spec.Containers: [{ Image.Length: > 0 }, ..] } pod
        && pod.Settings is { } settings
            ? new ServingTemplate(pod, settings, text)
            : null;

    /// <summary>
    /// Returns what was kept, as <see cref="Read(CompressedString)"/> does; when what was kept is still mostly what the
    /// spec asks for, it needn't all be read.
    /// </summary>
    public static ServingTemplate? Read(CompressedString? text, ServingTemplate wanted) =>
        Deserialize<Head>(text)
            is { Spec.Containers: [{ Image: { Length: > 0 } reference }, ..], Metadata.Annotations: { } annotations }
        && annotations.GetValueOrDefault(SettingsAnnotation) == wanted.Settings
            ? wanted.With(reference, text)
            : Read(text);

    /// <summary>
    /// Returns what a Deployment's pods are made from, as the API server has it; null where that isn't the operator's,
    /// or its server isn't the first container any more.
    /// </summary>
    /// <param name="pod">The Deployment's template.</param>
    /// <param name="reference">The application image, by digest, as the operator asked for it.</param>
    public static ServingTemplate? Live(V1PodTemplateSpec pod, string reference) =>
        pod is { Spec.Containers: [{ Name: ServingDeployment.ContainerName }, ..], Settings: { } settings }
            ? new ServingTemplate(pod with { Spec = WithImage(pod.Spec, reference) }, settings)
            : null;

    /// <summary>Returns the same settings around another image.</summary>
    public ServingTemplate With(string reference) => reference == Reference ? this : With(reference, text: null);

    private ServingTemplate With(string reference, CompressedString? text) =>
        new(Pod with { Spec = WithImage(Pod.Spec, reference) }, Settings, text);

    /// <summary>
    /// What fetches the weights is a command of the server; other containers have images of their own.
    /// </summary>
    private static V1PodSpec WithImage(V1PodSpec pod, string reference) =>
        pod with
        {
            InitContainers = pod.InitContainers is null
                ? null
                : [.. pod.InitContainers.Select(c => c.Name == FetchContainer.Name ? c with { Image = reference } : c)],
            Containers = [pod.Containers[0] with { Image = reference }, .. pod.Containers.Skip(1)],
        };

    private static T? Deserialize<T>(CompressedString? text)
        where T : class
    {
        try
        {
            return text is null ? null : KubernetesJson.Deserialize<T>(text.ToString());
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Holds the parts of a template that tell it from others.</summary>
    private sealed record Head(HeadMetadata? Metadata, HeadSpec? Spec);

    private sealed record HeadMetadata(Dictionary<string, string>? Annotations);

    private sealed record HeadSpec(List<HeadContainer>? Containers);

    private sealed record HeadContainer(string? Image);
}

internal static class SettingsExtensions
{
    extension(V1PodTemplateSpec template)
    {
        /// <summary>
        /// Gets the hash of the settings that its pods are made with; null when it isn't the operator's.
        /// </summary>
        public string? Settings => template.Metadata.SettingsOf;
    }

    extension(V1Pod pod)
    {
        /// <summary>
        /// Gets the hash of the settings that the pod was made with; null when an older operator made it.
        /// </summary>
        public string? Settings => pod.Metadata.SettingsOf;
    }

    extension(V1ObjectMeta? metadata)
    {
        private string? SettingsOf =>
            metadata?.Annotations is { } annotations
            && annotations.TryGetValue(ServingTemplate.SettingsAnnotation, out var settings)
                ? settings
                : null;
    }
}
