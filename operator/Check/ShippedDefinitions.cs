using k8s;
using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Holds the CustomResourceDefinitions that this program was built with.</summary>
internal static class ShippedDefinitions
{
    /// <summary>Gets both.</summary>
    public static IReadOnlyList<V1CustomResourceDefinition> All { get; } =
    [
        .. ShippedFile
            .In("crds")
            .Select(f => KubernetesYaml.Deserialize<V1CustomResourceDefinition>(ShippedFile.Read(f))),
    ];
}
