using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>An image is pulled onto the nodes that will run it, and no others.</summary>
internal sealed class PullNodesTests
{
    [Test]
    public void In_place_a_successor_runs_where_its_predecessor_does() =>
        Assert.That(Nodes(r => r, Node("n1"), Node("n2")), Is.EqualTo(new[] { "n1" }));

    [TestCase(RolloutStrategy.Surge)]
    [TestCase(RolloutStrategy.Recreate)]
    public void Otherwise_it_may_run_on_any_node_that_fits(RolloutStrategy strategy) =>
        Assert.That(
            Nodes(r => r with { Strategy = strategy }, Node("n1"), Node("n2"), Node("n0")),
            Is.EqualTo(new[] { "n1", "n0", "n2" })
        );

    [Test]
    public void More_pods_than_run_need_more_nodes() =>
        Assert.That(
            Nodes(r => r with { Server = r.Server with { Replicas = 2 } }, Node("n1"), Node("n2")),
            Is.EqualTo(new[] { "n1", "n2" })
        );

    [Test]
    public void A_node_that_the_spec_no_longer_selects_gets_nothing() =>
        Assert.That(
            Nodes(
                r =>
                    r with
                    {
                        Server = r.Server with { NodeSelector = new Dictionary<string, string> { ["pool"] = "h100" } },
                    },
                Node("n1"),
                Node("n2", n => n.Metadata.Labels["pool"] = "h100")
            ),
            Is.EqualTo(new[] { "n2" })
        );

    [TestCase("In", "h100", "n2")]
    [TestCase("NotIn", "h100", "n1")]
    [TestCase("Exists", null, "n2")]
    [TestCase("DoesNotExist", null, "n1")]
    public void A_node_that_the_affinity_leaves_out_gets_nothing(string how, string? value, string node) =>
        Assert.That(
            Nodes(
                r => r with { Strategy = RolloutStrategy.Surge, Server = r.Server with { Affinity = To(how, value) } },
                Node("n1"),
                Node("n2", n => n.Metadata.Labels["pool"] = "h100")
            ),
            Is.EqualTo(new[] { node })
        );

    private static V1Affinity To(string how, string? value) =>
        new()
        {
            NodeAffinity = new V1NodeAffinity
            {
                RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector
                {
                    NodeSelectorTerms =
                    [
                        new V1NodeSelectorTerm
                        {
                            MatchExpressions =
                            [
                                new V1NodeSelectorRequirement
                                {
                                    Key = "pool",
                                    OperatorProperty = how,
                                    Values = value is null ? null : [value],
                                },
                            ],
                        },
                    ],
                },
            },
        };

    private static readonly TestCaseData[] Unfit =
    [
        new TestCaseData((Action<V1Node>)(n => n.Spec.Unschedulable = true)).SetArgDisplayNames("cordoned"),
        new TestCaseData(
            (Action<V1Node>)(n => n.Status.Conditions = [new V1NodeCondition { Type = "Ready", Status = "Unknown" }])
        ).SetArgDisplayNames("lost"),
        new TestCaseData(
            (Action<V1Node>)(n => n.Status.Allocatable = new Dictionary<string, ResourceQuantity>())
        ).SetArgDisplayNames("without a GPU"),
        new TestCaseData(
            (Action<V1Node>)(
                n =>
                    n.Spec.Taints = [
                        new V1Taint
                        {
                            Key = "team",
                            Value = "other",
                            Effect = "NoSchedule",
                        },
                    ]
            )
        ).SetArgDisplayNames("tainted for others"),
    ];

    [TestCaseSource(nameof(Unfit))]
    public void A_node_that_takes_no_pod_of_the_service_gets_nothing(Action<V1Node> spoil) =>
        Assert.That(
            Nodes(r => r with { Strategy = RolloutStrategy.Surge }, Node("n1"), Node("n2", spoil)),
            Is.EqualTo(new[] { "n1" })
        );

    [TestCase("Equal", "gpu", "yes", "NoSchedule", true)]
    [TestCase("Exists", "gpu", null, null, true)]
    [TestCase("Exists", null, null, null, true)]
    [TestCase("Equal", "gpu", "no", "NoSchedule", false)]
    [TestCase("Exists", "gpu", null, "NoExecute", false)]
    public void A_taint_is_tolerated_as_the_scheduler_does(
        string op,
        string? key,
        string? value,
        string? effect,
        bool fits
    )
    {
        var toleration = new V1Toleration
        {
            OperatorProperty = op,
            Key = key,
            Value = value,
            Effect = effect,
        };
        var nodes = Nodes(
            r => r with { Strategy = RolloutStrategy.Surge, Server = r.Server with { Tolerations = [toleration] } },
            Node("n1"),
            Node(
                "n2",
                n =>
                    n.Spec.Taints = [
                        new V1Taint
                        {
                            Key = "gpu",
                            Value = "yes",
                            Effect = "NoSchedule",
                        },
                    ]
            )
        );
        Assert.That(nodes, fits ? Is.EqualTo(new[] { "n1", "n2" }) : Is.EqualTo(new[] { "n1" }));
    }

    private static readonly V1Taint GpuTaint = new()
    {
        Key = "nvidia.com/gpu",
        Value = "present",
        Effect = "NoSchedule",
    };

    /// <summary>Clouds taint GPU nodes, and have pods that ask for a GPU tolerate it: no template says so.</summary>
    [TestCase(RolloutStrategy.InPlace, 1)]
    [TestCase(RolloutStrategy.Surge, 2)]
    public void What_admission_has_the_pods_tolerate_counts_and_pulls_tolerate_it_too(
        RolloutStrategy strategy,
        int nodes
    )
    {
        var world = Pulling(
            r => r with { Strategy = strategy },
            Node("n1", n => n.Spec.Taints = [GpuTaint]),
            Node("n2", n => n.Spec.Taints = [GpuTaint])
        );
        world.Change(p =>
            p.Spec.Tolerations = [
                new V1Toleration { Key = "nvidia.com/gpu", OperatorProperty = "Exists" },
                new V1Toleration { Key = "node.kubernetes.io/unreachable", TolerationSeconds = 300 },
            ]
        );
        world.Step();
        Assert.That(world.Pull!.Start, Has.Count.EqualTo(nodes));
        Assert.That(
            SideJobPolicy.Decide(A.BaseImage(), world.Decision)[0].Spec.Template.Spec.Tolerations.Select(t => t.Key),
            Is.EqualTo(new[] { "nvidia.com/gpu" })
        );
    }

    [Test]
    public void A_node_that_runs_a_pod_now_is_pulled_onto_whatever_its_taints_and_others_are_named()
    {
        var world = Pulling(
            r => r with { Strategy = RolloutStrategy.Surge },
            Node("n1", n => n.Spec.Taints = [GpuTaint]),
            Node("n2", n => n.Spec.Taints = [GpuTaint]),
            Node("n3", n => n.Spec.Unschedulable = true),
            Node("cpu", n => n.Status.Allocatable.Clear())
        );
        world.Step();
        Assert.That(world.Pull!.Start, Is.EqualTo(new[] { "n1" }));
        Assert.That(
            world.Message("Reconciling"),
            Does.Contain(
                "not pulled onto n2 (its taint nvidia.com/gpu=present:NoSchedule isn't tolerated), n3 (it is cordoned)"
            )
        );
        world.Pulling("n1", "Complete").Step();
        Assert.That(((RolloutDecision.Serve)world.Decision).Omission, Does.Contain("n2").And.Not.Contain("cpu"));
    }

    [Test]
    public void Where_nodes_may_not_be_seen_those_of_the_present_pods_have_to_do() =>
        Assert.That(Nodes(r => r with { Strategy = RolloutStrategy.Surge }), Is.EqualTo(new[] { "n1" }));

    [Test]
    public void A_large_pool_is_not_filled() =>
        Assert.That(
            Nodes(
                r => r with { Strategy = RolloutStrategy.Surge },
                [.. Enumerable.Range(1, 300).Select(n => Node($"n{n}"))]
            ),
            Has.Count.EqualTo(20)
        );

    private static RolloutWorld Pulling(Func<RolloutSpec, RolloutSpec> change, params V1Node[] nodes) =>
        new RolloutWorld(r => change(r) with { PrePull = new PrePullSpec() })
        {
            Cluster = nodes.Length > 0 ? nodes : null,
        }
            .Serving(Old)
            .With(2);

    private static IReadOnlyList<string> Nodes(Func<RolloutSpec, RolloutSpec> change, params V1Node[] nodes)
    {
        var world = Pulling(change, nodes);
        var all = new List<string>();
        while (world.Step() == Old)
        {
            all.AddRange(world.Pull!.Start);
            foreach (var node in world.Pull.Start)
            {
                world.Pulling(node, "Complete");
            }
        }

        return all;
    }

    private static V1Node Node(string name, Action<V1Node>? change = null)
    {
        var node = new V1Node
        {
            Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string>() },
            Spec = new V1NodeSpec(),
            Status = new V1NodeStatus
            {
                Allocatable = new Dictionary<string, ResourceQuantity> { ["nvidia.com/gpu"] = new("1") },
                Conditions = [new V1NodeCondition { Type = "Ready", Status = "True" }],
            },
        };
        change?.Invoke(node);
        return node;
    }
}
