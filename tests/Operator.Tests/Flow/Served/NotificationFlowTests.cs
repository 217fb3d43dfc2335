using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Notifications;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Egress;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Operator.Tests.Clusters;
using Operator.Tests.Egress;
using Receiving = Operator.Tests.Notifications.Given;

namespace Operator.Tests.Flow.Served;

/// <summary>Who is told of what happens, through the whole of it.</summary>
internal sealed class NotificationFlowTests
{
    [Test]
    public async Task A_receiver_is_told_of_the_build_and_of_what_serves()
    {
        await using var hook = await Place.StartAsync(_ => Task.CompletedTask);
        await using var stage = await StartAsync(hook);
        await stage.ApplyAsync(Image(stage));
        await stage.UntilReadyAsync();
        var image = await stage.UntilAsync(i => i.Status?.Notifications is { Pending: null }, "all is told");
        var told = hook.Bodies.Select(b => JsonNode.Parse(b)!).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                told.Select(t => (string?)t["event"]),
                Is.EqualTo(new[] { "BuildSucceeded", "RolloutSucceeded" })
            );
            Assert.That(told.Select(t => (string?)t["build"]), Is.All.EqualTo("gemma-b1"));
            Assert.That((string?)told[1]["image"], Is.EqualTo(image.Status!.ServingImage!.Reference));
            Assert.That(image.Status.Notifications!.Dropped, Is.Zero);
            Assert.That(Stage.Is(image, "Notified", "False"), Is.False);
        }
    }

    [Test]
    public async Task A_receiver_that_hangs_holds_up_nothing_and_is_told_after_a_restart_with_the_same_id()
    {
        var isAway = true;
        await using var hook = await Place.StartAsync(async context =>
        {
            if (isAway)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            }
        });
        await using var stage = await StartAsync(hook);
        await stage.ApplyAsync(Image(stage));
        var image = await stage.UntilReadyAsync();
        var waiting = image.Status!.Notifications!.Pending!.Select(p => p.Id).ToList();
        await Eventually.That(() => !hook.Bodies.IsEmpty, "it was asked");
        await stage.StopOperatorAsync();
        isAway = false;
        var before = hook.Bodies.Count;
        await stage.StartOperatorAsync();
        image = await stage.UntilAsync(i => i.Status?.Notifications is { Pending: null }, "all is told");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting, Has.Count.EqualTo(2));
            Assert.That(hook.Bodies.Skip(before).Select(b => (string?)JsonNode.Parse(b)!["id"]), Is.EqualTo(waiting));
            Assert.That(image.Status!.Notifications!.Dropped, Is.Zero);
        }
    }

    [Test]
    public async Task A_receiver_that_refuses_is_told_by_a_condition_and_asked_no_more()
    {
        await using var hook = await Place.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
        await using var stage = await StartAsync(hook);
        await stage.ApplyAsync(Image(stage));
        await stage.UntilReadyAsync();
        var image = await stage.UntilAsync(
            i => i.Status?.Notifications is { Dropped: 2, Pending: null },
            "both are given up"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(image, "Notified", "False", "Rejected"));
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == "Notified").Message,
                Does.StartWith("Receiver hook of spec.notifications isn't told:").And.Contain("answered 403")
            );
            Assert.That(hook.Bodies, Has.Count.EqualTo(2));
            Assert.That(Stage.Is(image, "Ready", "True"), "what serves, serves");
        }
    }

    [Test]
    public async Task What_the_operator_does_not_allow_is_told_by_its_field_and_not_asked()
    {
        await using var hook = await Place.StartAsync(_ => Task.CompletedTask);
        await using var stage = await Stage.StartAsync();
        await WriteSecretAsync(stage, $"https://{hook.Host}/");
        await stage.ApplyAsync(Image(stage));
        await stage.UntilAsync(
            i => Stage.Is(i, "Notified", "False", "EgressRefused") && i.Status!.Notifications!.Pending is null,
            "it is refused"
        );
        Assert.That(hook.Requests, Is.Empty);
    }

    [Test]
    public async Task An_invalid_spec_is_told()
    {
        await using var hook = await Place.StartAsync(_ => Task.CompletedTask);
        await using var stage = await StartAsync(hook);
        var image = Image(stage, NotificationEvent.Stalled);
        await stage.ApplyAsync(
            image with
            {
                Spec = image.Spec! with { TimeZone = "Mars/Olympus", Schedule = "@daily" },
            }
        );
        await Eventually.That(() => !hook.Bodies.IsEmpty, "it is told");
        Assert.That((string?)JsonNode.Parse(hook.Bodies.First())!["reason"], Is.EqualTo("InvalidSchedule"));
    }

    [Test]
    public async Task A_receiver_of_the_defaults_is_told_of_every_object_that_does_not_leave_it_out()
    {
        await using var hook = await Place.StartAsync(_ => Task.CompletedTask);
        await using var stage = await StartAsync(hook);
        await stage.Api.CreateAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta
                {
                    Name = DefaultsObjects.Source,
                    NamespaceProperty = stage.Cluster.Namespace,
                },
                Data = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [DefaultsObjects.SourceKey] =
                        "notifications: [{name: hook, type: Webhook, secretRef: {name: hook}, events: [Stalled]}]",
                },
            },
            CancellationToken.None
        );
        var broken = stage.Image(s => s with { TimeZone = "Mars/Olympus", Schedule = "@daily" });
        await stage.ApplyAsync(
            broken with
            {
                Spec = broken.Spec! with { Defaults = new DefaultsSpec { Except = ["notifications"] } },
            }
        );
        var silent = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "it is refused");
        Assert.That(silent.Status!.Notifications, Is.Null);

        await stage.ApplyAsync(stage.Image(s => s with { TimeZone = "Mars/Phobos", Schedule = "@daily" }));
        await stage.UntilAsync(
            i => i.Status?.Inherited?.Any(f => f.Field == "spec.notifications[hook]") == true,
            "the status says whose it is"
        );
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await stage.ApplyAsync(broken);
        var told = await stage.UntilAsync(
            i => Stage.Is(i, "Stalled", "True") && i.Status?.Notifications is { Pending: null },
            "all is told"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hook.Bodies.Select(b => (string?)JsonNode.Parse(b)!["event"]), Is.EqualTo(["Stalled"]));
            Assert.That(told.Status!.Notifications!.Dropped, Is.Zero);
        }
    }

    private static async Task<Stage> StartAsync(Place hook)
    {
        Assert.That(HostAndPort.TryParse(hook.Host, null, out var trusted));
        var stage = await Stage.StartAsync(trusted: [trusted!]);
        await WriteSecretAsync(stage, $"http://{hook.Host}/");
        return stage;
    }

    private static GemmaBaseImage Image(Stage stage, params NotificationEvent[] events) =>
        stage.Image(s => s with { Notifications = [Receiving.Receiver("hook", NotificationType.Webhook, events)] });

    private static Task WriteSecretAsync(Stage stage, string url) =>
        stage.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = "hook", NamespaceProperty = stage.Cluster.Namespace },
                Data = new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["url"] = Encoding.UTF8.GetBytes(url) },
            },
            CancellationToken.None
        );
}
