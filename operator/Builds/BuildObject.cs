using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds;

/// <summary>Says what all objects of one build have in common.</summary>
internal static class BuildObject
{
    /// <summary>Renders the metadata of an object that goes away with its GemmaBuild.</summary>
    public static V1ObjectMeta Metadata(GemmaBuild build, string name) =>
        new()
        {
            Name = name,
            NamespaceProperty = build.Metadata.NamespaceProperty,
            Labels = Labels(build),
            OwnerReferences = [Ownership.By(build)],
        };

    public static Dictionary<string, string> Labels(GemmaBuild build) =>
        new(StringComparer.Ordinal)
        {
            [ApiGroup.ImageLabel] = ObjectName.LabelValue(Spec(build).ImageRef.Name),
            [ApiGroup.BuildLabel] = ObjectName.LabelValue(build.Metadata.Name),
            [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
        };

    /// <exception cref="ArgumentException">The build has no spec: a body that writes status alone.</exception>
    public static GemmaBuildSpec Spec(GemmaBuild build) =>
        build.Spec ?? throw new ArgumentException("a GemmaBuild without spec", nameof(build));
}
