using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using Operator.Tests.Clusters;
using Tests.Shared;

namespace Operator.Tests.Flow.Served;

/// <summary>Company policies make something else of what is written, and the service comes up all the same.</summary>
internal sealed class RewrittenFlowTests
{
    private const string Proxy = "istio-proxy";

    private static readonly HookOptions Workloads = new()
    {
        Resources = ["deployments", "pods"],
        Operations = ["CREATE", "UPDATE"],
    };

    [Test]
    public async Task A_service_whose_images_resources_and_pods_are_rewritten_is_ready_and_written_no_more()
    {
        await using var stage = await Stage.StartAsync();
        KeepProxiesRunning(stage);
        await using var policy = await stage.Cluster.HookAsync(Workloads, q => Verdict.Changed(Rewritten(q)));
        await stage.ApplyAsync(stage.Image());
        var ready = await stage.UntilReadyAsync();
        await stage.UntilAsync(_ => true, "it settles");
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<V1Job>()).All(j =>
                    j.Spec.Template.Spec.Containers[0].Name != SmokeJob.Container
                ),
            "the smoke test that a proxy held open is ended"
        );
        var written = Writes(policy);
        for (var i = 0; i < 5; i++)
        {
            var before = await stage.ReconcilesAsync("gemmabaseimage");
            await stage.NudgeAsync();
            await Eventually.ThatAsync(
                async () => await stage.ReconcilesAsync("gemmabaseimage") > before,
                "it was looked at again"
            );
        }

        var deployment = (await stage.ListAsync<V1Deployment>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Writes(policy), Is.EqualTo(written), "the same would come of another write");
            Assert.That(
                ServingDeployment.ImageOf(deployment.Spec.Template.Spec),
                Is.EqualTo("mirror.internal/" + ready.Status!.ServingImage!.Reference)
            );
            Assert.That(Stage.Is(await stage.ReadAsync(), ConditionType.Rewritten, "True"), Is.False);
        }
    }

    [Test]
    public async Task A_variable_that_a_policy_drops_is_told_with_its_field()
    {
        await using var stage = await Stage.StartAsync();
        await using var policy = await stage.Cluster.HookAsync(
            new HookOptions { Resources = ["deployments"], Operations = ["CREATE", "UPDATE"] },
            q =>
            {
                var json = q.Object!;
                var env = Servers(json).First()["env"]!.AsArray();
                env.Remove(env.FirstOrDefault(e => (string?)e!["name"] == ServingPod.ModelNameVariable));
                return Verdict.Changed(json);
            }
        );
        await stage.ApplyAsync(stage.Image());
        var told = await stage.UntilAsync(
            i => Stage.Is(i, ConditionType.Rewritten, "True", "RewrittenByAdmission"),
            "it is told"
        );
        Assert.That(
            told.Status!.Conditions.Single(c => c.Type == ConditionType.Rewritten).Message,
            Does.Contain(".spec.template.spec.containers[name=server].env[name=MODEL_NAME]: asked for")
        );
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_field_that_somebody_undoes_again_and_again_is_left_to_them()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        for (var round = 1; round <= 3; round++)
        {
            await stage.Api.PatchAsync<V1Deployment>(
                stage.Cluster.Namespace,
                "gemma",
                new JsonObject { ["spec"] = new JsonObject { ["progressDeadlineSeconds"] = 77 } },
                subresource: null,
                CancellationToken.None
            );
            if (round < 3)
            {
                await Eventually.ThatAsync(
                    async () => (await stage.ListAsync<V1Deployment>()).Single().Spec.ProgressDeadlineSeconds != 77,
                    $"it is put right the {round}. time"
                );
            }
        }

        var told = await stage.UntilAsync(
            i => Message(i).Contains("\"test\"", StringComparison.Ordinal),
            "the other writer is named"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(told, ConditionType.Rewritten, "True", "FieldContested"));
            Assert.That(Message(told), Does.Contain(".spec.progressDeadlineSeconds").And.Contain("undone 3 times"));
            Assert.That((await stage.ListAsync<V1Deployment>()).Single().Spec.ProgressDeadlineSeconds, Is.EqualTo(77));
            Assert.That(Stage.Is(told, ConditionType.Ready, "True"));
        }
    }

    [Test]
    public async Task A_sidecar_that_never_ends_holds_up_no_pull_and_no_smoke_test()
    {
        await using var stage = await Stage.StartAsync();
        KeepProxiesRunning(stage);
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await using var mesh = await stage.Cluster.HookAsync(
            new HookOptions(),
            q =>
            {
                var json = q.Object!;
                var role = (string?)json["metadata"]!["labels"]?["app.kubernetes.io/name"];
                if (role is "gemma-smoke-test" or "gemma-pre-pull")
                {
                    Inject(json["spec"]!.AsObject());
                }

                return Verdict.Changed(json);
            }
        );
        await stage.AskForBuildAsync("again");
        await stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "the second image serves");
        Assert.That(mesh.Asked.Any(q => Role(q) == "gemma-pre-pull"));
        // An API server alone has no garbage collector: a pod whose Job is gone is as good as ended.
        await Eventually.ThatAsync(
            async () =>
            {
                var jobs = (await stage.ListAsync<V1Job>())
                    .Select(j => j.Metadata.Uid)
                    .ToHashSet(StringComparer.Ordinal);
                return (await stage.ListAsync<V1Pod>()).All(p =>
                    p.Metadata.DeletionTimestamp is not null
                    || p.Spec.Containers.All(c => c.Name != Proxy)
                    || p.Metadata.Labels["app.kubernetes.io/name"] == "gemma-server"
                    || p.Metadata.OwnerReferences.All(o => !jobs.Contains(o.Uid))
                );
            },
            "the Jobs that proxies held open are ended"
        );
    }

    private static string? Role(HookQuestion q) =>
        (string?)q.Request["object"]!["metadata"]!["labels"]?["app.kubernetes.io/name"];

    private static string Message(GemmaBaseImage image) =>
        image.Status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.Rewritten)?.Message ?? "";

    private static void KeepProxiesRunning(Stage stage) =>
        stage.Runner.Hold = (container, cancellationToken) =>
            container.Name == Proxy
                ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                : Task.CompletedTask;

    private static int Writes(AdmissionHook policy) =>
        policy.Asked.Count(q => q.Resource == "deployments" && q.User.Length > 0 && IsOperators(q));

    /// <summary>Controllers write as well; only the operator applies.</summary>
    private static bool IsOperators(HookQuestion q) =>
        (string?)q.Request["options"]?["kind"] == "PatchOptions"
        && (string?)q.Request["options"]?["fieldManager"] == "gemma-operator";

    private static IEnumerable<JsonObject> Servers(JsonObject workload) =>
        (workload["spec"]!["template"]?["spec"] ?? workload["spec"])!["containers"]!
            .AsArray()
            .OfType<JsonObject>()
            .Where(c => (string?)c["name"] == ServingDeployment.ContainerName);

    private static JsonObject Rewritten(HookQuestion q)
    {
        var json = q.Object!;
        var pod = (json["spec"]!["template"]?["spec"] ?? json["spec"])!.AsObject();
        foreach (var container in pod["containers"]!.AsArray().OfType<JsonObject>())
        {
            if (
                (string?)container["image"] is { } image
                && !image.StartsWith("mirror.internal/", StringComparison.Ordinal)
                && (string?)container["name"] is "server" or "smoke-test" or "pre-pull"
            )
            {
                container["image"] = "mirror.internal/" + image;
            }

            if ((string?)container["name"] == "server")
            {
                container["resources"]!.AsObject()["requests"] = new JsonObject { ["cpu"] = "500m" };
                container["imagePullPolicy"] = "Always";
            }
        }

        if ((string?)json["kind"] == "Pod" && q.Operation == "CREATE" && !IsOfBuild(json))
        {
            Inject(pod);
        }

        return json;
    }

    private static bool IsOfBuild(JsonObject pod) =>
        (string?)pod["metadata"]!["labels"]?["app.kubernetes.io/name"]
            is not ("gemma-server" or "gemma-smoke-test" or "gemma-pre-pull");

    private static void Inject(JsonObject pod)
    {
        var containers = pod["containers"]!.AsArray();
        if (containers.All(c => (string?)c!["name"] != Proxy))
        {
            containers.Add(new JsonObject { ["name"] = Proxy, ["image"] = "mesh.example/proxy:1" });
        }
    }
}
