using GemmaOperator.Check;
using GemmaOperator.Registry.References;
using k8s;
using k8s.Models;

namespace Operator.Tests.Check;

/// <summary>Facts of a good installation, and how they are judged.</summary>
internal static class Facts
{
    public static readonly CheckRequest Request = new() { Namespaces = ["ml"] };
    public static readonly DateTimeOffset Now = new(A.Morning);

    public static readonly ImageRepository Repository = ImageRepository.Parse("registry.example/team/base");

    public static ClusterFacts Good =>
        new()
        {
            Server = "https://cluster.example",
            Version = new(
                new VersionInfo
                {
                    Major = "1",
                    Minor = "36",
                    GitVersion = "v1.36.2",
                }
            ),
            Definitions = [.. ShippedDefinitions.All.Select(crd => (crd, Found(crd)))],
            Rights = [.. OperatorRights.For(Request).Select(r => new AskedRight(r, IsAllowed: true))],
            Lease = new(Lease("pod-1", Now)),
            Nodes = new([
                Node("gpu-1", "nvidia.com/gpu", new V1Taint { Key = "nvidia.com/gpu", Effect = "NoSchedule" }),
            ]),
            StorageClasses = new([StorageClass("standard", isDefault: true)]),
            Namespaces = [("ml", new(Namespace("baseline")))],
            NetworkPolicies = [("ml", new([]))],
            Now = Now,
        };

    public static IReadOnlyList<CheckLine> Judge(ClusterFacts facts) => Installation.Judge(Request, facts, null);

    public static CheckLine Line(ClusterFacts facts, string check) => Judge(facts).First(l => l.Check == check);

    /// <summary>As a cluster has it: a copy, established.</summary>
    public static Answer<V1CustomResourceDefinition> Found(V1CustomResourceDefinition shipped)
    {
        var copy = KubernetesJson.Deserialize<V1CustomResourceDefinition>(KubernetesJson.Serialize(shipped));
        copy.Status = new V1CustomResourceDefinitionStatus
        {
            Conditions = [new V1CustomResourceDefinitionCondition { Type = "Established", Status = "True" }],
        };
        return new(copy);
    }

    public static V1Lease Lease(string holder, DateTimeOffset renewed) =>
        new()
        {
            Spec = new V1LeaseSpec
            {
                HolderIdentity = holder,
                LeaseDurationSeconds = 15,
                RenewTime = renewed.UtcDateTime,
            },
        };

    public static V1Node Node(string name, string resource, params V1Taint[] taints) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1NodeSpec { Taints = taints },
            Status = new V1NodeStatus
            {
                Allocatable = new Dictionary<string, ResourceQuantity> { [resource] = new("2") },
            },
        };

    public static V1StorageClass StorageClass(string name, bool isDefault = false) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                Annotations = isDefault
                    ? new Dictionary<string, string> { ["storageclass.kubernetes.io/is-default-class"] = "true" }
                    : null,
            },
        };

    public static V1Namespace Namespace(string level) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "ml",
                Labels = new Dictionary<string, string> { ["pod-security.kubernetes.io/enforce"] = level },
            },
        };
}
