using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using Operator.Tests.Clusters;
using Tests.Shared;

namespace Operator.Tests.Flow;

/// <summary>What the API server refuses of any object is told at the object, and ends when the policy does.</summary>
internal sealed class RefusedObjectFlowTests
{
    private static readonly (string Resource, int Code)[] Policies =
    [
        ("gemmabuilds", 403),
        ("configmaps", 422),
        ("jobs", 400),
        ("services", 413),
        ("deployments", 409),
        ("poddisruptionbudgets", 403),
    ];

    [Test]
    public async Task Each_object_that_a_policy_refuses_is_told_in_its_words_and_is_made_once_it_may_be()
    {
        await using var stage = await Stage.StartAsync(gpus: [2]);
        var next = 0;
        await using var hook = await stage.Cluster.HookAsync(
            new HookOptions
            {
                IsMutating = false,
                Resources = [.. Policies.Select(p => p.Resource)],
                Operations = ["CREATE"],
            },
            asked =>
                Array.FindIndex(Policies, p => p.Resource == asked.Resource) is var i && i >= Volatile.Read(ref next)
                    ? Verdict.Denied($"no {asked.Resource} on sundays", Policies[i].Code)
                    : Verdict.Allowed
        );
        await stage.ApplyAsync(stage.Image(s => s with { Rollout = s.Rollout with { Server = Two(s) } }));
        foreach (var (resource, _) in Policies)
        {
            var said = await NudgedAsync(
                stage,
                i =>
                    Stalled(i) is { } why
                    && why.Message.Contains($"no {resource} on sundays", StringComparison.Ordinal),
                $"it says that {resource} are refused"
            );
            Assert.That(Stalled(said)!.Reason, Is.EqualTo("ObjectRefused"));
            Assert.That(Stalled(said)!.Message, Does.Contain("the API server refuses to ").And.Contain(resource));
            Interlocked.Increment(ref next);
        }

        var ready = await NudgedAsync(stage, i => Stage.Is(i, ConditionType.Ready, "True"), "Ready is True");
        var builds = await stage.ListAsync<GemmaBuild>();
        var events = await stage.ListAsync<Eventsv1Event>();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stalled(ready), Is.Null);
            Assert.That(builds, Has.Count.EqualTo(1), "one build, however often it was refused");
            Assert.That(builds[0].Status!.Conditions.Select(c => c.Type), Does.Not.Contain(ConditionType.Stalled));
            Assert.That(builds[0].Status!.Attempts, Is.EqualTo(1));
            foreach (var kind in new[] { GemmaBaseImage.KubeKind, GemmaBuild.KubeKind })
            {
                Assert.That(events.Any(e => e.Reason == "ObjectRefused" && e.Regarding.Kind == kind), kind);
            }
        }
    }

    [Test]
    public async Task A_status_that_is_refused_is_told_by_an_event()
    {
        await using var stage = await Stage.StartAsync();
        var refuses = true;
        await using var hook = await stage.Cluster.HookAsync(
            new HookOptions
            {
                IsMutating = false,
                Resources = ["gemmabaseimages/status"],
                Operations = ["UPDATE"],
            },
            _ => Volatile.Read(ref refuses) ? Verdict.Denied("statuses are read-only") : Verdict.Allowed
        );
        await stage.ApplyAsync(stage.Image());
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "ObjectRefused"
                    && e.Regarding.Kind == GemmaBaseImage.KubeKind
                    && e.Note.Contains("statuses are read-only", StringComparison.Ordinal)
                ),
            "an event tells of it"
        );
        Volatile.Write(ref refuses, false);
        await stage.NudgeAsync();
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_namespace_that_takes_no_pod_of_a_build_says_so_before_the_build_has_got_anywhere()
    {
        const string Words = "violates PodSecurity \"restricted:latest\": runAsNonRoot != true";
        await using var stage = await Stage.StartAsync();
        var refuses = true;
        await using var hook = await stage.Cluster.HookAsync(
            new HookOptions { IsMutating = false },
            _ => Volatile.Read(ref refuses) ? Verdict.Denied(Words) : Verdict.Allowed
        );
        await stage.ApplyAsync(stage.Image());
        var told = await stage.UntilAsync(
            i => Find(i, ConditionType.Reconciling) is { Reason: "PodPending" },
            "it says what keeps the pod"
        );
        var build = (await stage.ListAsync<GemmaBuild>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Find(told, ConditionType.Reconciling)!.Message, Does.Contain(Words));
            Assert.That(Succeeded(build).Message, Does.Contain(Words));
            Assert.That(build.Status!.HeldBy!.Value.Value, Is.EqualTo(BuildHold.PodPending));
        }

        Volatile.Write(ref refuses, false);
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_reconcile_that_throws_leaves_a_condition_and_an_event_and_takes_the_condition_back()
    {
        await using var stage = await Stage.StartAsync();
        var held = new TaskCompletionSource();
        stage.Runner.Hold = (container, token) =>
            container.Name == "kaniko" ? held.Task.WaitAsync(token) : Task.CompletedTask;
        await stage.ApplyAsync(stage.Image());
        GemmaBuild? build = null;
        await Eventually.ThatAsync(
            async () => (build = (await stage.ListAsync<GemmaBuild>()).SingleOrDefault())?.Status?.Attempts == 1,
            "the build runs"
        );

        // What the operator never writes: nothing of it can be understood.
        await PatchAsync(stage, build!, new JsonObject { ["reference"] = "::", ["digest"] = A.Digest(1) });
        var stalled = await stage.UntilAsync(i => Stalled(i) is { Reason: "InternalError" }, "the parent says it");
        var told = (await stage.ListAsync<GemmaBuild>()).Single();
        var id = told.Status!.Conditions.Single(c => c.Type == ConditionType.Stalled).Message.Split("id ")[1][..8];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stalled(stalled)!.Message, Does.Contain(id));
            Assert.That(
                (await stage.ListAsync<Eventsv1Event>()).Any(e =>
                    e.Reason == "InternalError" && e.Note.Contains(id, StringComparison.Ordinal)
                )
            );
        }

        await PatchAsync(stage, build!, null);
        held.SetResult();
        await stage.UntilReadyAsync();
        Assert.That(Stalled(await stage.ReadAsync()), Is.Null);
    }

    private static ServerSpec Two(GemmaBaseImageSpec spec) => spec.Rollout.Server with { Replicas = 2 };

    private static V1Condition? Stalled(GemmaBaseImage image) => Find(image, ConditionType.Stalled);

    private static V1Condition Succeeded(GemmaBuild build) =>
        build.Status!.Conditions.Single(c => c.Type == ConditionType.Succeeded);

    private static V1Condition? Find(GemmaBaseImage image, string type) =>
        image.Status?.Conditions.FirstOrDefault(c => c.Type == type);

    /// <summary>Waits without the pauses that it would take by itself: each object is touched now and then.</summary>
    private static Task<GemmaBaseImage> NudgedAsync(Stage stage, Func<GemmaBaseImage, bool> condition, string promise)
    {
        var looks = 0;
        return stage.UntilAsync(
            condition,
            promise,
            each: async () =>
            {
                if (looks++ % 20 == 0)
                {
                    await stage.NudgeAsync();
                    foreach (var build in await stage.ListAsync<GemmaBuild>())
                    {
                        await stage.NudgeAsync(build);
                    }
                }
            }
        );
    }

    private static Task PatchAsync(Stage stage, GemmaBuild build, JsonObject? candidate) =>
        stage.Api.PatchAsync<GemmaBuild>(
            build.Metadata.NamespaceProperty,
            build.BuildName,
            new JsonObject { ["status"] = new JsonObject { ["candidate"] = candidate } },
            "status",
            CancellationToken.None
        );
}
