using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Renders the name, labels and owner that the Deployment and its Service share.</summary>
internal static class WorkloadMetadata
{
    public const string NameLabel = "app.kubernetes.io/name";

    /// <summary>Value of <see cref="NameLabel"/> on the served pods.</summary>
    public const string ServerName = "gemma-server";

    public static V1ObjectMeta For(GemmaBaseImage image) =>
        new()
        {
            Name = image.Metadata.Name,
            NamespaceProperty = image.Metadata.NamespaceProperty,
            Labels = Labels(image),
            OwnerReferences = [Ownership.By(image)],
        };

    /// <summary>Returns the same for what serves, which may have to stay when the object goes.</summary>
    public static V1ObjectMeta OfWorkload(GemmaBaseImage image)
    {
        var metadata = For(image);
        metadata.OwnerReferences = image.Spec!.LeavesWorkload ? null : metadata.OwnerReferences;
        return metadata;
    }

    public static Dictionary<string, string> Labels(GemmaBaseImage image) =>
        new(Selector(image), StringComparer.Ordinal) { [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue };

    /// <summary>
    /// Returns the labels and annotations that each pod is made with: those of the spec, in order, and the operator's
    /// own, which win.
    /// </summary>
    public static V1ObjectMeta OfPods(GemmaBaseImage image)
    {
        var server = image.Spec!.Rollout.Server;
        var labels = Labels(image);
        foreach (var (key, value) in server.PodLabels.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            labels.TryAdd(key, value);
        }

        var annotations = server
            .PodAnnotations.OrderBy(p => p.Key, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        if (server.Engine != ServerEngine.Builtin)
        {
            annotations[ApiGroup.EngineAnnotation] = server.Engine.Text;
        }

        return new V1ObjectMeta { Labels = labels, Annotations = annotations.Count == 0 ? null : annotations };
    }

    /// <summary>Returns the Deployment's selector, which can't be changed once it exists: never add to it.</summary>
    public static Dictionary<string, string> Selector(GemmaBaseImage image) =>
        new(StringComparer.Ordinal) { [NameLabel] = ServerName, [ApiGroup.ImageLabel] = image.Metadata.Name };

    /// <summary>Returns the same as autoscalers read it.</summary>
    public static string SelectorText(GemmaBaseImage image) =>
        string.Join(',', Selector(image).Select(label => $"{label.Key}={label.Value}"));
}

internal static class DeletionPolicyExtensions
{
    extension(GemmaBaseImageSpec spec)
    {
        /// <summary>Gets whether what serves stays when the object is deleted.</summary>
        public bool LeavesWorkload => spec.DeletionPolicy == DeletionPolicy.Orphan;
    }
}
