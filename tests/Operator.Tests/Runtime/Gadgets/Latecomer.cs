using k8s;
using k8s.Models;

namespace Operator.Tests.Runtime.Gadgets;

/// <summary>A kind whose CRD comes late.</summary>
[KubernetesEntity(Group = Gadget.Domain, ApiVersion = "v1", Kind = "Latecomer", PluralName = "latecomers")]
internal sealed record Latecomer : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = Gadget.Domain + "/v1";

    public string Kind { get; set; } = "Latecomer";

    public V1ObjectMeta Metadata { get; set; } = new();
}
