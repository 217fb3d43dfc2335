using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Words;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow.Inputs;

/// <summary>What goes wrong outside is a named condition, never a crash loop; putting it right is enough.</summary>
public sealed class BadInputTests
{
    private static readonly TestCaseData[] Registries =
    [
        new TestCaseData(new RegistryFault(401), "Stalled", "InvalidBaseReference", "credentials").SetName(
            "A_registry_that_refuses_us_is_named"
        ),
        new TestCaseData(new RegistryFault(404), "Stalled", "InvalidBaseReference", "check the name").SetName(
            "A_base_that_does_not_exist_is_named"
        ),
        new TestCaseData(
            new RegistryFault(200, "<html>hello</html>", "text/html"),
            "Stalled",
            "InvalidBaseReference",
            "is this really a registry"
        ).SetName("A_web_page_in_place_of_a_registry_is_named"),
        new TestCaseData(new RegistryFault(500), "Reconciling", "NewGeneration", "HTTP 500").SetName(
            "A_broken_registry_is_tried_again"
        ),
    ];

    [TestCaseSource(nameof(Registries))]
    public async Task A_registry_that_does_not_answer_well(
        RegistryFault fault,
        string condition,
        string reason,
        string message
    )
    {
        await using var stage = await Stage.StartAsync(
            new ImageRegistryOptions
            {
                Fault = r => r.Path.StartsWith("/v2/hub/", StringComparison.Ordinal) ? fault : null,
            }
        );
        await stage.StandIns.ServerAsync("team/server", "1", CancellationToken.None);
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilAsync(
            i =>
                i.Status?.Conditions.Any(c =>
                    c.Type == condition && c.Reason == reason && c.Message.Contains(message, StringComparison.Ordinal)
                ) == true,
            $"{condition}/{reason} says: {message}"
        );
        Assert.That(Stage.Is(image, "Ready", "False"));
        Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
    }

    [Test]
    public async Task A_base_tag_that_disappears_leaves_the_service_Ready_and_its_return_is_enough()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await stage.StopOperatorAsync();
        await stage.TakeBaseAwayAsync();
        // The recorded digest would do for a build of the next minutes.
        await stage.Api.PatchAsync<GemmaBaseImage>(
            stage.Cluster.Namespace,
            "gemma",
            new JsonObject { ["status"] = new JsonObject { ["resolvedBase"] = null } },
            "status",
            CancellationToken.None
        );
        await stage.AskForBuildAsync("while the base is gone");
        await stage.StartOperatorAsync();
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Fresh", "Unknown", "BaseDigestUnknown"),
            "Fresh is Unknown"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(image, "Ready", "True"));
            Assert.That(Stage.Is(image, "Stalled", "True"), Is.False);
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == "Fresh").Message,
                Does.Contain(Stage.Base).And.Contain("HTTP 404")
            );
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1));
        }

        await stage.StandIns.BaseAsync("hub/pytorch/pytorch", "2.10.0-cuda12.8-cudnn9-runtime", CancellationToken.None);
        await stage.AskForBuildAsync("it is back");
        await stage.UntilAsync(
            i => Stage.Is(i, "Fresh", "True") && i.Status!.BuildCounter == 2,
            "the second build is published"
        );
    }

    [Test]
    public async Task A_scan_that_would_not_run_is_refused_by_name()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        stage.OperatorImage = "";
        await stage.StartOperatorAsync();
        var scan = new ScanSpec { Enabled = true, Image = "registry.example/trivy/trivy@" + A.Digest(1) };
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Build = s.Build with { Isolation = BuildIsolation.Legacy },
                    Verification = s.Verification with { Scan = scan },
                }
            )
        );
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "InvalidSpec"), "Stalled/InvalidSpec");
        Assert.That(
            image.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
            Does.Contain("spec.verification.scan.enabled")
        );
    }

    [Test]
    public async Task A_workload_that_the_API_server_refuses_is_told_in_its_words()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var refuses = true;
        proxy.Plan = request =>
            Volatile.Read(ref refuses)
            && FaultProxy.IsWrite(request)
            && request.Path.Value!.Contains("/deployments", StringComparison.Ordinal)
                ? new Fault { Status = System.Net.HttpStatusCode.Forbidden }
                : Fault.None;
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Stalled", "True", "ObjectRefused"),
            "Stalled/ObjectRefused"
        );
        Assert.That(
            image.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
            Does.StartWith("the API server refuses to patch deployments.apps gemma: injected")
        );
        Volatile.Write(ref refuses, false);
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    ImageLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["signed"] = "yes" },
                }
            )
        );
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_Deployment_of_somebody_else_is_never_taken_over()
    {
        await using var stage = await Stage.StartAsync();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "theirs" };
        await stage.Api.CreateAsync(
            new V1Deployment
            {
                Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = stage.Cluster.Namespace },
                Spec = new V1DeploymentSpec
                {
                    Replicas = 0,
                    Selector = new V1LabelSelector { MatchLabels = labels },
                    Template = new V1PodTemplateSpec
                    {
                        Metadata = new V1ObjectMeta { Labels = labels },
                        Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "theirs:1" }] },
                    },
                },
            },
            CancellationToken.None
        );
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "InvalidSpec"), "Stalled/InvalidSpec");
        var theirs = await stage.Api.GetAsync<V1Deployment>(stage.Cluster.Namespace, "gemma", CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
                Does.Contain("isn't this object's")
            );
            Assert.That(theirs!.Spec.Template.Spec.Containers[0].Image, Is.EqualTo("theirs:1"));
        }
    }
}
