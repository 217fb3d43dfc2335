using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using k8s;
using k8s.Models;
using LocalCluster.Nodes;

namespace Operator.Tests.Flow;

/// <summary>Who may create Jobs and pods in a namespace can't say in a build's name how it went.</summary>
internal sealed class ForgeryFlowTests
{
    private const string Evil = "evil.example/forged:1";

    [Test]
    public async Task A_verification_that_was_there_beforehand_publishes_nothing()
    {
        await using var stage = await Stage.StartAsync();
        var forged = Forging(stage, KanikoJob.Container, build => Forge(VerifyJob.Name(build, 1), build, Verify));
        Spoil(stage);
        await stage.ApplyAsync(stage.Image());
        await AssertRejectedAsync(stage, "ImportFailed");
        Assert.That(forged(), Is.Not.Null, "it was tried");
        Assert.That(
            (await stage.ListAsync<V1Job>()).Select(j => j.Metadata.Uid),
            Has.None.EqualTo(forged()),
            "the forged Job is gone"
        );
    }

    [Test]
    public async Task A_scan_that_was_there_beforehand_publishes_nothing()
    {
        await using var stage = await Stage.StartAsync();
        var forged = Forging(stage, VerifyJob.Container, build => Forge(ScanJob.Name(build, 1), build, Scan));
        var answer = stage.Runner.Ending;
        stage.Runner.Ending = c =>
            c.Name == ScanJob.Reporter
                ? new ContainerResult(
                    0,
                    ScanSummary.Write(c.Image == Evil ? new ScanStatus() : new ScanStatus { Critical = 1 })
                )
            : c.Name == ScanJob.Scanner ? new ContainerResult(0)
            : answer(c);
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Verification = s.Verification with
                    {
                        Scan = new ScanSpec { Enabled = true, Image = "scanner.example/trivy@" + A.Digest(1) },
                    },
                }
            )
        );
        await AssertRejectedAsync(stage, "VulnerabilitiesFound");
        Assert.That(forged(), Is.Not.Null, "it was tried");
    }

    [Test]
    public async Task A_build_that_was_there_beforehand_is_made_anew()
    {
        await using var stage = await Stage.StartAsync();
        // What holds the build up is in the way for as long as it takes to forge the Job that it makes next.
        var blocking = new V1ConfigMap
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new V1ObjectMeta { Name = "gemma-b1-context", NamespaceProperty = stage.Cluster.Namespace },
        };
        await stage.Api.CreateAsync(blocking, CancellationToken.None);
        await stage.ApplyAsync(stage.Image());
        await stage.UntilAsync(i => Stage.Is(i, "Reconciling", "True", "NameTaken"), "it waits");
        var build = (await stage.ListAsync<GemmaBuild>()).Single();
        var forged = await stage.Api.CreateAsync(
            Forge(KanikoJob.Name(build, 1), build, Kaniko),
            CancellationToken.None
        );
        await stage.Api.DeleteAsync<V1ConfigMap>(
            stage.Cluster.Namespace,
            "gemma-b1-context",
            null,
            CancellationToken.None
        );
        await stage.NudgeAsync(build);
        await stage.UntilReadyAsync();
        Assert.That(
            (await stage.ListAsync<V1Job>()).Select(j => j.Metadata.Uid),
            Has.None.EqualTo(forged.Metadata.Uid)
        );
        Assert.That(
            (await stage.ListAsync<GemmaBuild>()).Single().Status!.Steps[0].JobUid,
            Is.Not.Null.And.Not.EqualTo(forged.Metadata.Uid)
        );
    }

    [Test]
    public async Task A_pod_that_names_the_Job_as_its_owner_is_not_believed()
    {
        await using var stage = await Stage.StartAsync();
        var isForged = false;
        stage.Runner.Hold = async (container, _) =>
        {
            if (container.Name != VerifyJob.Container || container.Image == Evil || isForged)
            {
                return;
            }

            isForged = true;
            var real = (await stage.ListAsync<V1Pod>()).Single(p => p.Metadata.Name == container.Pod);
            var pod = new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new V1ObjectMeta
                {
                    Name = real.Metadata.Name + "-x",
                    NamespaceProperty = real.Metadata.NamespaceProperty,
                    Labels = real.Metadata.Labels,
                    OwnerReferences = real.Metadata.OwnerReferences,
                },
                Spec = Pod(VerifyJob.Container, real.Spec.Containers[0].Args),
            };
            await stage.Api.CreateAsync(pod, CancellationToken.None);
        };
        Spoil(stage);
        await stage.ApplyAsync(stage.Image());
        await AssertRejectedAsync(stage, "ImportFailed");
        Assert.That(isForged, "it was tried");
    }

    /// <summary>The candidate doesn't import; what is forged says that it does.</summary>
    private static void Spoil(Stage stage)
    {
        var answer = stage.Runner.Ending;
        stage.Runner.Ending = c =>
        {
            stage.Check.Spoil = report =>
            {
                if (c.Image != Evil)
                {
                    report["imports"]![0]!["error"] = "boom";
                }
            };
            return answer(c);
        };
    }

    /// <summary>Creates a Job while a container runs, once; returns what gives its uid.</summary>
    private static Func<string?> Forging(Stage stage, string during, Func<GemmaBuild, V1Job> forge)
    {
        string? uid = null;
        stage.Runner.Hold = async (container, _) =>
        {
            if (container.Name == during && container.Image != Evil && uid is null)
            {
                var build = (await stage.ListAsync<GemmaBuild>()).Single();
                uid = (await stage.Api.CreateAsync(forge(build), CancellationToken.None)).Metadata.Uid;
            }
        };
        return () => uid;
    }

    private static V1Job Forge(string name, GemmaBuild build, Func<GemmaBuild, V1PodSpec> pod) =>
        new()
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = build.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["gemmaoperator.io/build"] = build.BuildName,
                    ["app.kubernetes.io/managed-by"] = "gemma-operator",
                },
                OwnerReferences = [Ownership.By(build)],
            },
            Spec = new V1JobSpec
            {
                BackoffLimit = 0,
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta
                    {
                        Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["gemmaoperator.io/build"] = build.BuildName,
                            ["app.kubernetes.io/managed-by"] = "gemma-operator",
                        },
                    },
                    Spec = pod(build),
                },
            },
        };

    private static V1PodSpec Verify(GemmaBuild build) =>
        Pod(
            VerifyJob.Container,
            ["", new JsonObject { ["digest"] = DigestOf(build), ["imports"] = new JsonArray("torch") }.ToJsonString()]
        );

    private static V1PodSpec Scan(GemmaBuild build)
    {
        var pod = Pod(ScanJob.Scanner, []);
        pod.Containers = [.. pod.Containers, .. Pod(ScanJob.Reporter, []).Containers];
        return pod;
    }

    private static V1PodSpec Kaniko(GemmaBuild build) => Pod(KanikoJob.Container, []);

    private static V1PodSpec Pod(string container, IList<string> args) =>
        new()
        {
            RestartPolicy = "Never",
            Containers =
            [
                new V1Container
                {
                    Name = container,
                    Image = Evil,
                    Args = args,
                },
            ],
        };

    private static string DigestOf(GemmaBuild build) => build.Status?.Candidate?.Digest ?? "";

    private static async Task AssertRejectedAsync(Stage stage, string reason)
    {
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Ready", "True") || Stage.Is(i, "Verified", "False"),
            "it is decided"
        );
        Assert.That(Stage.Is(image, "Verified", "False", reason), KubernetesJson.Serialize(image.Status!.Conditions));
        Assert.That(stage.Registry.Tags("team/gemma-base"), Does.Not.ContainKey("latest"));
    }
}
