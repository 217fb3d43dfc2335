using k8s.Models;

namespace GemmaOperator.Runtime.Transport;

/// <summary>The wire form of a list.</summary>
internal sealed class KubeList<T>
{
    public V1ListMeta Metadata { get; set; } = new();

    public List<T>? Items { get; set; }
}
