using System.Text.Json;
using GemmaOperator.Api;
using GemmaOperator.Build;
using k8s;
using k8s.Models;

namespace GemmaOperator.Rollout;

/// <summary>
/// What the served pods are made from, as the operator renders it: an image, and the settings around it. Pods and the
/// Deployment carry the hash of the settings, so that those of two settings of one image can be told apart.
/// </summary>
internal sealed record ServingTemplate
{
    /// <summary>On pods: hash of the settings that they were made with.</summary>
    public const string SettingsAnnotation = ApiGroup.Name + "/settings";

    /// <summary>More isn't kept: an object of the API server has its limit.</summary>
    private const int LongestText = 256 * 1024;

    private ServingTemplate(string json, string settings, string reference) => (Json, Settings, Reference) = (json, settings, reference);

    /// <summary>A hash of all but the image.</summary>
    public string Settings { get; }

    /// <summary>Application image, by digest.</summary>
    public string Reference { get; }

    private string Json { get; }

    /// <summary>A copy, for the Deployment.</summary>
    public V1PodTemplateSpec Pod => KubernetesJson.Deserialize<V1PodTemplateSpec>(Json);

    /// <summary>A copy of its one container.</summary>
    public V1Container Server => Pod.Spec.Containers[0];

    /// <summary>For <see cref="Read"/>; null when it is too long to be kept.</summary>
    public string? Text => Json.Length <= LongestText ? Json : null;

    /// <summary>What the spec asks for.</summary>
    public static ServingTemplate For(GemmaBaseImage image, string reference)
    {
        var pod = new V1PodTemplateSpec
        {
            Metadata = new V1ObjectMeta { Labels = WorkloadMetadata.Labels(image) },
            Spec = ServingPod.For(image.Spec!),
        };
        var settings = new Fingerprint().With("template", KubernetesJson.Serialize(pod)).Hex(16);
        pod.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [SettingsAnnotation] = settings };
        return Of(pod, settings, reference);
    }

    /// <summary>What was kept; null when nothing was, or it can't be read.</summary>
    public static ServingTemplate? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            return KubernetesJson.Deserialize<V1PodTemplateSpec>(text) is { Spec.Containers: [{ Image: { Length: > 0 } reference }] } pod && pod.Settings is { } settings
                ? new ServingTemplate(text, settings, reference)
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The same settings around another image.</summary>
    public ServingTemplate With(string reference) => reference == Reference ? this : Of(Pod, Settings, reference);

    private static ServingTemplate Of(V1PodTemplateSpec pod, string settings, string reference)
    {
        pod.Spec.Containers[0].Image = reference;
        return new ServingTemplate(KubernetesJson.Serialize(pod), settings, reference);
    }
}

internal static class SettingsExtensions
{
    extension(V1PodTemplateSpec template)
    {
        /// <summary>Hash of the settings that its pods are made with; null when it isn't the operator's.</summary>
        public string? Settings => template.Metadata.SettingsOf;
    }

    extension(V1Pod pod)
    {
        /// <summary>Hash of the settings that it was made with; null for one of an older operator's.</summary>
        public string? Settings => pod.Metadata.SettingsOf;
    }

    extension(V1ObjectMeta? metadata)
    {
        private string? SettingsOf => metadata?.Annotations is { } annotations && annotations.TryGetValue(ServingTemplate.SettingsAnnotation, out var settings) ? settings : null;
    }
}
