using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Reads what every object has, whatever else is in it.</summary>
internal sealed class KubeIdentity
{
    public V1ObjectMeta? Metadata { get; set; }
}
