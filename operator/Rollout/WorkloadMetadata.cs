using GemmaOperator.Api;
using k8s.Models;

namespace GemmaOperator.Rollout;

/// <summary>Name, labels and owner that the Deployment and its Service share.</summary>
internal static class WorkloadMetadata
{
    public static V1ObjectMeta For(GemmaBaseImage image) => new()
    {
        Name = image.Metadata.Name,
        NamespaceProperty = image.Metadata.NamespaceProperty,
        Labels = Labels(image),
        OwnerReferences =
        [
            new V1OwnerReference
            {
                ApiVersion = ApiGroup.GroupVersion,
                Kind = GemmaBaseImage.KubeKind,
                Name = image.Metadata.Name,
                Uid = image.Metadata.Uid,
                Controller = true,
                BlockOwnerDeletion = true,
            },
        ],
    };

    public static Dictionary<string, string> Labels(GemmaBaseImage image) => new(Selector(image), StringComparer.Ordinal)
    {
        [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
    };

    /// <summary>Immutable once made: never add to it.</summary>
    public static Dictionary<string, string> Selector(GemmaBaseImage image) => new(StringComparer.Ordinal)
    {
        ["app.kubernetes.io/name"] = "gemma-server",
        [ApiGroup.ImageLabel] = image.Metadata.Name,
    };
}
