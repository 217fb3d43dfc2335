using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Reads the wire form of a list.</summary>
internal sealed class KubeList<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public V1ListMeta Metadata { get; set; } = new();

    public List<KubeItem<T>>? Items { get; set; }
}
