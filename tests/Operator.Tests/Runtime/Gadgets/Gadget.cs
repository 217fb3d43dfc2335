using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace Operator.Tests.Runtime.Gadgets;

/// <summary>A kind to try the runtime with: it wants one ConfigMap of its own that holds its size.</summary>
[KubernetesEntity(Group = Domain, ApiVersion = "v1", Kind = "Gadget", PluralName = "gadgets")]
internal sealed record Gadget : IKubernetesObject<V1ObjectMeta>
{
    public const string Domain = "gadgets.test";
    public const string Label = Domain + "/of";

    public string ApiVersion { get; set; } = Domain + "/v1";

    public string Kind { get; set; } = "Gadget";

    public V1ObjectMeta Metadata { get; set; } = new();

    public GadgetSpec? Spec { get; set; }

    public GadgetStatus? Status { get; set; }

    /// <summary>The status follows the spec.</summary>
    [JsonIgnore]
    public bool IsSettled =>
        Status is { } status && status.ObservedGeneration == Metadata.Generation && status.Size == Spec!.Size;

    public static Gadget Of(string ns, string name, int size, params string[] finalizers) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                NamespaceProperty = ns,
                Name = name,
                Finalizers = finalizers.Length == 0 ? null : finalizers,
            },
            Spec = new GadgetSpec(size),
        };
}
