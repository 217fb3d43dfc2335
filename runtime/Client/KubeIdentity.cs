using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>What every object has, whatever else is in it.</summary>
internal sealed class KubeIdentity
{
    public V1ObjectMeta? Metadata { get; set; }
}
