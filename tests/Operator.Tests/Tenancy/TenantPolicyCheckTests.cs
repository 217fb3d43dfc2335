using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Pods;
using GemmaOperator.Tenancy;
using k8s.Models;

namespace Operator.Tests.Tenancy;

/// <summary>What a spec names is held against what the operator's configuration allows, field by field.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TenantPolicyCheckTests
{
    private static readonly string Digest = $"@sha256:{new string('a', 64)}";

    private static readonly TenantPolicy Strict = new()
    {
        ExecutorImages = [Prefix("ghcr.io/acme"), Prefix("mirror.example")],
        ScannerImages = [],
        ServerImages = [Prefix("registry.example:5000/servers/")],
        RequiresDigests = true,
        ServiceAccounts = ["builder"],
        RuntimeClasses = ["nvidia"],
        PriorityClasses = [],
        NodeSelectors = [Key("pool"), Key("zone=a")],
        Tolerations = [Key("nvidia.com/gpu"), Key("team=ml")],
        PodLabels = [Key("kueue.x-k8s.io/queue-name"), Key("sidecar.istio.io/inject=false")],
        PodAnnotations = [],
        CsiDrivers = [],
        DefaultServerImage = "registry.example/own/server:1",
    };

    [Test]
    public void Without_a_policy_nothing_is_restricted() =>
        Assert.That(TenantPolicyCheck.Judge(TenantPolicy.None, Everything()), Is.Empty);

    [Test]
    public void What_names_nothing_is_never_refused() =>
        Assert.That(TenantPolicyCheck.Judge(Strict, new GemmaBaseImageSpec()), Is.Empty);

    [TestCase("ghcr.io/acme/kaniko", true)]
    [TestCase("ghcr.io/acme", true)]
    [TestCase("GHCR.IO/acme/kaniko", true)]
    [TestCase("mirror.example/any/thing", true)]
    [TestCase("ghcr.io/acme-evil/kaniko", false)]
    [TestCase("ghcr.io/acm", false)]
    [TestCase("mirror.example:5000/kaniko", false)]
    [TestCase("mirror.example.evil.test/kaniko", false)]
    [TestCase("acme/kaniko", false)]
    public void An_image_lies_below_a_prefix_or_it_does_not(string image, bool isAllowed)
    {
        var spec = new GemmaBaseImageSpec { Build = new BuildSpec { ExecutorImage = image + Digest } };
        var told = TenantPolicyCheck.Judge(Strict, spec);
        Assert.That(told, isAllowed ? Is.Empty : Has.Count.EqualTo(1));
        if (!isAllowed)
        {
            Assert.That(told[0].Reason, Is.EqualTo("NotAllowed"));
            Assert.That(
                told[0].ToString(),
                Does.StartWith("spec.build.executorImage: ")
                    .And.Contain("ghcr.io/acme, mirror.example")
                    .And.Contain("--allowed-executor-image")
            );
        }
    }

    [Test]
    public void An_image_without_a_digest_is_refused_where_one_is_asked_for_and_the_operators_own_is_not()
    {
        var tagged = new GemmaBaseImageSpec { Build = new BuildSpec { ExecutorImage = "ghcr.io/acme/kaniko:v1" } };
        var own = new GemmaBaseImageSpec
        {
            Build = new BuildSpec { ExecutorImage = BuildSpec.DefaultExecutorImage },
            Rollout = new RolloutSpec { Server = new ServerSpec { Image = "registry.example/own/server:1" } },
        };
        Assert.That(
            TenantPolicyCheck.Judge(Strict, tagged).Single().ToString(),
            Does.Contain("has no digest")
                .And.Contain("--require-image-digests")
                .And.Contain("ghcr.io/acme/kaniko@sha256:")
        );
        Assert.That(TenantPolicyCheck.Judge(Strict, own), Is.Empty);
    }

    [Test]
    public void Everything_that_is_not_allowed_is_told_at_once_with_its_field_and_its_option() =>
        Assert.That(
            TenantPolicyCheck
                .Judge(Strict, Everything())
                .Select(e =>
                    $"{e.Path} {e.Remedy[(e.Remedy.IndexOf('(', StringComparison.Ordinal) + 1)..].TrimEnd(')')}"
                ),
            Is.EquivalentTo([
                "spec.build.executorImage --allowed-executor-image",
                "spec.verification.scan.image --allowed-scanner-image",
                "spec.rollout.server.image --allowed-server-image",
                "spec.build.serviceAccountName --allowed-service-account",
                "spec.build.priorityClassName --allowed-priority-class",
                "spec.rollout.server.priorityClassName --allowed-priority-class",
                "spec.rollout.server.runtimeClassName --allowed-runtime-class",
                "spec.build.nodeSelector --allowed-node-selector",
                "spec.rollout.server.nodeSelector --allowed-node-selector",
                "spec.build.podLabels --allowed-pod-label",
                "spec.build.podAnnotations --allowed-pod-annotation",
                "spec.build.tolerations[0] --allowed-toleration",
                "spec.rollout.server.tolerations[1] --allowed-toleration",
            ])
        );

    [Test]
    public void A_value_is_part_of_the_rule_where_it_names_one()
    {
        var spec = new GemmaBaseImageSpec
        {
            Build = new BuildSpec
            {
                NodeSelector = Labels(("pool", "any"), ("zone", "a")),
                Tolerations = [Taint("nvidia.com/gpu", "Exists", null), Taint("team", "Equal", "ml")],
                PodLabels = Labels(("kueue.x-k8s.io/queue-name", "any"), ("sidecar.istio.io/inject", "false")),
            },
        };
        Assert.That(TenantPolicyCheck.Judge(Strict, spec), Is.Empty);
    }

    [Test]
    public void The_served_pods_are_bounded_as_the_builds_are()
    {
        var spec = Serving(s =>
            s with
            {
                ServiceAccountName = "admin",
                PodLabels = Labels(("sidecar.istio.io/inject", "true")),
                PodAnnotations = Labels(("k8s.v1.cni.cncf.io/networks", "storage")),
                Volumes =
                [
                    new ServedVolume
                    {
                        Name = "host",
                        Csi = new CsiSource { Driver = "csi.evil.example" },
                    },
                ],
                Affinity = Nodes(("pool", "NotIn", ["cpu"]), ("zone", "NotIn", ["a"]), ("zone", "In", ["a", "b"])),
                Sidecars = [new ServedContainer { Name = "a", Image = $"evil.example/logs{Digest}" }],
            }
        );
        const string Terms =
            "spec.rollout.server.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
            + ".nodeSelectorTerms[0]";
        Assert.That(
            TenantPolicyCheck.Judge(Strict, spec).Select(e => e.Path),
            Is.EquivalentTo([
                "spec.rollout.server.sidecars[0].image",
                "spec.rollout.server.serviceAccountName",
                $"{Terms}.matchExpressions[1]",
                $"{Terms}.matchExpressions[2]",
                "spec.rollout.server.podLabels",
                "spec.rollout.server.podAnnotations",
                "spec.rollout.server.volumes[0].csi.driver",
            ])
        );
    }

    [Test]
    public void What_is_allowed_to_the_served_pods_is_let_be() =>
        Assert.That(
            TenantPolicyCheck.Judge(
                Strict,
                Serving(s =>
                    s with
                    {
                        ServiceAccountName = "builder",
                        PodLabels = Labels(("sidecar.istio.io/inject", "false")),
                        Volumes = [new ServedVolume { Name = "shm", EmptyDir = new EmptyDirSource() }],
                        Affinity = Nodes(("pool", "Exists", []), ("zone", "In", ["a"])),
                    }
                )
            ),
            Is.Empty
        );

    private static GemmaBaseImageSpec Serving(Func<ServerSpec, ServerSpec> change) =>
        new() { Rollout = new RolloutSpec { Server = change(new ServerSpec()) } };

    private static V1Affinity Nodes(params (string Key, string How, string[] Values)[] all) =>
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
                                .. all.Select(e => new V1NodeSelectorRequirement
                                {
                                    Key = e.Key,
                                    OperatorProperty = e.How,
                                    Values = e.Values,
                                }),
                            ],
                        },
                    ],
                },
            },
        };

    [TestCase("ghcr.io/acme:tag")]
    [TestCase("ghcr.io/acme@sha256:abc")]
    [TestCase("acme")]
    [TestCase("acme/kaniko")]
    [TestCase("https://ghcr.io")]
    [TestCase("ghcr.io/../x")]
    [TestCase("*")]
    [TestCase("")]
    public void What_is_no_prefix_is_refused(string text)
    {
        Assert.That(ImagePrefix.TryParse(text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain("HOST/PATH"));
    }

    private static GemmaBaseImageSpec Everything() =>
        new()
        {
            Build = new BuildSpec
            {
                ExecutorImage = $"evil.example/kaniko{Digest}",
                ServiceAccountName = "admin",
                PriorityClassName = "system-node-critical",
                NodeSelector = Labels(("zone", "b")),
                Tolerations = [Taint(null, "Exists", null)],
                PodLabels = Labels(("sidecar.istio.io/inject", "true")),
                PodAnnotations = Labels(("k8s.v1.cni.cncf.io/networks", "storage")),
            },
            Verification = new VerificationSpec
            {
                Scan = new ScanSpec { Enabled = true, Image = $"evil.example/trivy{Digest}" },
            },
            Rollout = new RolloutSpec
            {
                Server = new ServerSpec
                {
                    Image = $"registry.example:5000/other/server{Digest}",
                    PriorityClassName = "high",
                    RuntimeClassName = "kata",
                    NodeSelector = Labels(("node-role.kubernetes.io/control-plane", "")),
                    Tolerations = [Taint("nvidia.com/gpu", "Exists", null), Taint("team", "Exists", null)],
                },
            },
        };

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);

    private static V1Toleration Taint(string? key, string how, string? value) =>
        new()
        {
            Key = key,
            OperatorProperty = how,
            Value = value,
        };

    private static ImagePrefix Prefix(string text) =>
        ImagePrefix.TryParse(text, out var prefix, out var error) ? prefix : throw new FormatException(error);

    private static KeyRule Key(string text) =>
        KeyRule.TryParse(text, out var rule, out var error) ? rule : throw new FormatException(error);
}
