using GemmaOperator.Check;
using GemmaOperator.Registry.Answers;
using k8s.Models;
using static Operator.Tests.Check.Facts;

namespace Operator.Tests.Check;

/// <summary>The judgement, over facts that no cluster had to be made for.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InstallationTests
{
    [Test]
    public void Nothing_is_wrong_where_nothing_is() =>
        Assert.That(Judge(Good).Where(l => l.Status != CheckStatus.Ok), Is.Empty);

    [Test]
    public void An_API_server_that_cannot_be_asked_is_the_only_line_of_the_cluster()
    {
        var lines = Judge(new ClusterFacts { Server = "https://gone.example", Version = new(null, "no answer") });
        Assert.That(lines.Single().Status, Is.EqualTo(CheckStatus.Fail));
        Assert.That(lines.Single().What, Does.Contain("https://gone.example").And.Contain("no answer"));
    }

    [TestCase("28", CheckStatus.Fail, "upgrade the cluster to 1.29")]
    [TestCase("29+", CheckStatus.Ok, "")]
    [TestCase("41", CheckStatus.Ok, "")]
    [TestCase("x", CheckStatus.Warn, "1.29 or newer")]
    public void The_version_must_be_one_whose_rules_are_stable(string minor, object status, string remedy)
    {
        var line = Line(Good with { Version = new(new VersionInfo { Major = "1", Minor = minor }) }, "API server");
        Assert.That((object)line.Status, Is.EqualTo(status));
        Assert.That(line.Remedy, Does.Contain(remedy));
    }

    [TestCase("32", CheckStatus.Warn)]
    [TestCase("35", CheckStatus.Warn)]
    [TestCase("36", CheckStatus.Ok)]
    public void Image_volumes_come_with_the_version(string minor, object status) =>
        Assert.That(
            (object)
                Line(
                    Good with
                    {
                        Version = new(new VersionInfo { Major = "1", Minor = minor }),
                    },
                    "Image volumes"
                ).Status,
            Is.EqualTo(status)
        );

    [Test]
    public void Each_missing_right_is_a_line_that_kubectl_understands()
    {
        var lines = Judge(
                Good with
                {
                    Rights =
                    [
                        .. Good.Rights.Select(r =>
                            r with
                            {
                                IsAllowed =
                                    r.Right is not { Resource: "jobs" or "gemmabuilds", Verb: "create" or "patch" },
                            }
                        ),
                    ],
                }
            )
            .Where(l => l.Status == CheckStatus.Fail)
            .Select(l => l.What);
        Assert.That(
            lines,
            Is.EquivalentTo(
                new[]
                {
                    "you may not create jobs.batch --all-namespaces",
                    "you may not create gemmabuilds.gemmaoperator.io --all-namespaces",
                    "you may not patch gemmabuilds.gemmaoperator.io --all-namespaces",
                    "you may not patch gemmabuilds.gemmaoperator.io --subresource=status --all-namespaces",
                }
            )
        );
    }

    [Test]
    public void Rights_that_cannot_be_asked_for_are_one_warning() =>
        Assert.That(
            Line(Good with { Rights = [new AskedRight(Good.Rights[0].Right, false, "forbidden")] }, "Rights"),
            Has.Property(nameof(CheckLine.Status)).EqualTo(CheckStatus.Warn)
        );

    [Test]
    public void Of_an_operator_of_some_namespaces_nothing_is_wanted_outside_them()
    {
        var rights = OperatorRights.For(Request with { OnlyNamespaces = true, Namespaces = ["a", "b"] });
        Assert.That(rights.Select(r => r.Namespace).Distinct(), Is.EquivalentTo(new[] { "a", "b", "gemma-system" }));
        Assert.That(rights.Select(r => r.Resource), Has.None.EqualTo("nodes"));
    }

    [Test]
    public void A_dead_holder_of_the_Lease_is_told_with_the_command_that_removes_it()
    {
        var line = Line(Good with { Lease = new(Lease("pod-0", Now.AddHours(-3))) }, "Lease");
        Assert.That(line.Status, Is.EqualTo(CheckStatus.Warn));
        Assert.That(line.What, Does.Contain("pod-0"));
        Assert.That(line.Remedy, Does.Contain("kubectl -n gemma-system delete lease gemma-operator"));
    }

    [TestCase("", "nobody holds")]
    [TestCase(null, "isn't there")]
    public void A_Lease_without_a_holder_is_a_warning(string? holder, string told)
    {
        var line = Line(Good with { Lease = new(holder is null ? null : Lease(holder, Now)) }, "Lease");
        Assert.That((line.Status, line.What.Contains(told)), Is.EqualTo((CheckStatus.Warn, true)));
    }

    [Test]
    public void A_taint_that_the_samples_do_not_tolerate_is_named()
    {
        var taints = new[]
        {
            new V1Taint
            {
                Key = "sku",
                Value = "gpu",
                Effect = "NoSchedule",
            },
        };
        var line = Line(Good with { Nodes = new([Node("gpu-1", "nvidia.com/gpu", taints)]) }, "GPU nodes");
        Assert.That((line.Status, line.What.Contains("sku=gpu:NoSchedule")), Is.EqualTo((CheckStatus.Warn, true)));
    }

    [TestCase("nvidia.com/mig-1g.10gb")]
    [TestCase("amd.com/gpu")]
    public void Other_devices_are_GPUs_too(string resource) =>
        Assert.That(
            Line(Good with { Nodes = new([Node("n", resource)]) }, "GPU nodes").What,
            Is.EqualTo($"2 of {resource} on 1 nodes")
        );

    [Test]
    public void A_cluster_without_GPUs_is_a_warning_that_names_the_way_without() =>
        Assert.That(
            Line(Good with { Nodes = new([Node("n", "cpu")]) }, "GPU nodes").Remedy,
            Does.Contain("spec.rollout.server.gpu.count to 0")
        );

    [TestCase("restricted", CheckStatus.Fail)]
    [TestCase("privileged", CheckStatus.Ok)]
    [TestCase("novel", CheckStatus.Warn)]
    public void Builds_need_baseline(string level, object status) =>
        Assert.That(
            (object)Line(Good with { Namespaces = [("ml", new(Namespace(level)))] }, "Pod Security").Status,
            Is.EqualTo(status)
        );

    [Test]
    public void A_namespace_that_is_not_there_is_a_failure() =>
        Assert.That(
            Line(Good with { Namespaces = [("ml", new(null))] }, "Pod Security").Remedy,
            Is.EqualTo("kubectl create namespace ml")
        );

    [Test]
    public void No_default_StorageClass_is_a_warning_that_lists_those_there_are() =>
        Assert.That(
            Line(Good with { StorageClasses = new([StorageClass("b"), StorageClass("a")]) }, "Storage").What,
            Does.EndWith("there are: a, b")
        );

    [Test]
    public void A_class_that_is_named_and_not_there_is_a_failure() =>
        Assert.That(
            Line(Good with { RuntimeClasses = [("nvidia", new(null))] }, "RuntimeClass").Status,
            Is.EqualTo(CheckStatus.Fail)
        );

    [TestCase(RegistryError.Unauthorized, false, "kubectl create secret docker-registry")]
    [TestCase(RegistryError.Unauthorized, true, "make the Secret anew")]
    [TestCase(RegistryError.Denied, true, "let this user pull and push there")]
    [TestCase(RegistryError.NotFound, true, "make the project or repository first")]
    [TestCase(RegistryError.Unavailable, true, "--insecure-registry")]
    public void What_a_registry_refuses_has_a_remedy_of_its_own(object error, bool hasCredentials, string remedy)
    {
        var facts = new RegistryFacts(Repository)
        {
            HasCredentials = hasCredentials,
            Push = new((RegistryError)error, "PUT …: HTTP 4xx"),
        };
        var line = Installation.Judge(Request, Good, facts).Single(l => l.Check == "Registry");
        Assert.That((line.Status, line.Remedy.Contains(remedy)), Is.EqualTo((CheckStatus.Fail, true)), line.Remedy);
    }
}
