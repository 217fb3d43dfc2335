using GemmaOperator.Cluster.Comparison;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster.Authenticity;

/// <summary>Compares an object that was there before with the one that would be made under its name.</summary>
internal static class ContentMatch
{
    /// <summary>
    /// Returns the path of the first field that differs; null when it is what would be made, as admission may have left
    /// it.
    /// </summary>
    public static string? Difference(IKubernetesObject<V1ObjectMeta> wanted, IKubernetesObject<V1ObjectMeta> live) =>
        (wanted, live) switch
        {
            (V1Job a, V1Job b) => JobMatch.Difference(a, b),
            // What can be changed later isn't what it is now.
            (V1ConfigMap a, V1ConfigMap b) => a.Immutable == true && b.Immutable != true ? "immutable"
            : !ApiEquality.Same(a.Data, b.Data) ? "data"
            : b.BinaryData is { Count: > 0 } ? "binaryData"
            : null,
            (V1Secret a, V1Secret b) => a.Immutable == true && b.Immutable != true ? "immutable"
            : a.Type != b.Type ? "type"
            : !ApiEquality.Same(a.Data, b.Data) ? "data"
            : null,
            _ => null,
        };
}
