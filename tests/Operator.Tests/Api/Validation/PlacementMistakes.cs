using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using k8s.Models;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in where the served pods go, and what they are known by.</summary>
internal static class PlacementMistakes
{
    public static IEnumerable<TestCaseData> All() => [.. Placement(), .. Accounts()];

    private static IEnumerable<TestCaseData> Placement()
    {
        const string Nodes = "spec.rollout.server.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution";
        yield return Mistake("no terms", OnNodes(), $"{Nodes}.nodeSelectorTerms");
        yield return Mistake(
            "a field of nodes",
            OnNodes(new V1NodeSelectorTerm { MatchFields = [Expression("metadata.name", "In", "n1")] }),
            $"{Nodes}.nodeSelectorTerms[0]"
        );
        yield return Mistake(
            "no values",
            OnNodes(new V1NodeSelectorTerm { MatchExpressions = [Expression("pool", "In")] }),
            $"{Nodes}.nodeSelectorTerms[0].matchExpressions[0]"
        );
        yield return Mistake(
            "another namespace",
            Server(s =>
                s with
                {
                    Affinity = new V1Affinity
                    {
                        PodAffinity = new V1PodAffinity
                        {
                            RequiredDuringSchedulingIgnoredDuringExecution =
                            [
                                new V1PodAffinityTerm
                                {
                                    TopologyKey = "kubernetes.io/hostname",
                                    Namespaces = ["kube-system"],
                                },
                            ],
                        },
                    },
                }
            ),
            "spec.rollout.server.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
        );
        yield return Mistake(
            "domains of a wish",
            Server(s =>
                s with
                {
                    TopologySpreadConstraints =
                    [
                        new V1TopologySpreadConstraint
                        {
                            MaxSkew = 1,
                            TopologyKey = "zone",
                            WhenUnsatisfiable = "ScheduleAnyway",
                            MinDomains = 2,
                        },
                    ],
                }
            ),
            "spec.rollout.server.topologySpreadConstraints[0].minDomains"
        );
        var spread = new V1TopologySpreadConstraint
        {
            MaxSkew = 1,
            TopologyKey = "zone",
            WhenUnsatisfiable = "DoNotSchedule",
        };
        yield return Mistake(
            "spread twice over the same",
            Server(s => s with { TopologySpreadConstraints = [spread, spread with { MaxSkew = 2 }] }),
            "spec.rollout.server.topologySpreadConstraints[1]"
        );
    }

    private static IEnumerable<TestCaseData> Accounts()
    {
        yield return Mistake(
            "an account in capitals",
            Server(s => s with { ServiceAccountName = "Gemma" }),
            "spec.rollout.server.serviceAccountName"
        );
        yield return Mistake(
            "a nameless Secret",
            Server(s => s with { ImagePullSecrets = [new LocalReference()] }),
            "spec.rollout.server.imagePullSecrets[0].name"
        );
        yield return Mistake(
            "a label that selects",
            Server(s => s with { PodLabels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "x" } }),
            "spec.rollout.server.podLabels[\"app.kubernetes.io/name\"]"
        );
        yield return Mistake(
            "an annotation of the operator's",
            Server(s =>
                s with
                {
                    PodAnnotations = new Dictionary<string, string> { ["gemmaoperator.io/settings"] = "x" },
                }
            ),
            "spec.rollout.server.podAnnotations[\"gemmaoperator.io/settings\"]"
        );
    }

    private static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> OnNodes(params V1NodeSelectorTerm[] terms) =>
        Server(s =>
            s with
            {
                Affinity = new V1Affinity
                {
                    NodeAffinity = new V1NodeAffinity
                    {
                        RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector
                        {
                            NodeSelectorTerms = terms,
                        },
                    },
                },
            }
        );

    private static V1NodeSelectorRequirement Expression(string key, string how, params string[] values) =>
        new()
        {
            Key = key,
            OperatorProperty = how,
            Values = values,
        };
}
