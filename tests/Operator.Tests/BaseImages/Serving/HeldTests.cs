using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>
/// Kind: pins, gates and approvals are visible. What holds the newest image back, since when, and how to end it stands
/// in a column, a condition and an event.
/// </summary>
internal sealed class HeldTests
{
    private static readonly ImageStatus Old = RolloutWorld.Old;
    private static readonly ImageStatus New = RolloutWorld.New;

    private static IEnumerable<TestCaseData> Holds()
    {
        yield return Hold(
            ImageReason.Held.Pinned,
            "gemma-b2",
            () => Good().Edit(r => r with { PinnedBuild = "gemma-b1" }),
            """kubectl patch gemmabaseimage gemma -n ml --type merge -p '{"spec":{"rollout":{"pinnedBuild":""}}}'""",
            w => w.Edit(r => r with { PinnedBuild = "" })
        );
        yield return Hold(
            ImageReason.Held.AwaitingApproval,
            "gemma-b2",
            () => Good().Edit(r => r with { Approval = RolloutApproval.Manual }),
            "kubectl annotate gemmabaseimage gemma -n ml gemmaoperator.io/approve=gemma-b2 --overwrite",
            w => w.Annotate("gemma-b2")
        );
        yield return Hold(
            ImageReason.Held.AwaitingWindow,
            "gemma-b2",
            () =>
                Good()
                    .Edit(r =>
                        r with
                        {
                            Window = new WindowSpec { Schedule = "0 3 * * *", Duration = "1h" },
                        }
                    ),
            """gemma -n ml --type merge -p '{"spec":{"rollout":{"pinnedBuild":"gemma-b2"}}}'""",
            w => w.Edit(r => r with { PinnedBuild = "gemma-b2" })
        );
        yield return Hold(
            ImageReason.Held.Suspended,
            "gemma-b2",
            () => Good().Suspend(),
            """kubectl patch gemmabaseimage gemma -n ml --type merge -p '{"spec":{"suspend":false}}'""",
            w => w.Suspend(false)
        );
        yield return Hold(
            ImageReason.Held.ImageRejected,
            "gemma-b2",
            () =>
            {
                var world = Good();
                world.Step();
                world.CarryOut(available: 0, restarts: 3).Step();
                world.Step();
                return world.CarryOut();
            },
            """gemma -n ml --type merge -p '{"spec":{"rollout":{"pinnedBuild":"gemma-b2"}}}'""",
            w => w.Edit(r => r with { PinnedBuild = "gemma-b2" })
        );
        yield return Hold(
            ImageReason.Held.SettingsRejected,
            null,
            () =>
            {
                var world = Serving().Edit(r => r with { Server = r.Server with { Port = 9000 } });
                world.Step();
                world.CarryOut(available: 0, restarts: 3).Step();
                world.Step();
                return world.CarryOut();
            },
            "change spec.rollout.server, or put it back",
            w => w.Edit(r => r with { Server = r.Server with { Port = 8080 } })
        );
    }

    [TestCaseSource(nameof(Holds))]
    public void What_is_held_back_is_told_and_what_is_said_to_end_it_ends_it(
        string reason,
        string? build,
        Func<RolloutWorld> begin,
        string remedy,
        Action<RolloutWorld> follow
    )
    {
        var world = begin();
        world.Step();
        var since = world.Status.Held!.Since;
        var message = world.Message("Held");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Held"), Is.EqualTo($"True {reason}"));
            Assert.That((world.Status.Held.Reason, world.Status.Held.Build), Is.EqualTo((reason, build)));
            Assert.That(world.Status.Image, Is.EqualTo(Old.Tag), "IMAGE is what serves");
            Assert.That(message, Does.Contain($"Since {since:yyyy-MM-dd HH:mm:ss} UTC").And.Contain(remedy));
            Assert.That(message, build is null ? Is.Not.Empty : Does.Contain(build));
        }

        world.Wait(TimeSpan.FromMinutes(7)).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (world.Status.Held?.Since, world.Message("Held")),
                Is.EqualTo((since, message)),
                "it is stable"
            );
            Assert.That(
                world.Told.Count(t => t.Note == message || t.Reason == reason),
                Is.LessThanOrEqualTo(1),
                "once"
            );
            Assert.That(
                world.Told.Any(t => t.Note.Contains(build ?? "settings", StringComparison.Ordinal)),
                "an event"
            );
        }

        follow(world);
        world.Step();
        Assert.That((world.Condition("Held"), world.Status.Held), Is.EqualTo(((string?)null, (HeldStatus?)null)));
        Assert.That(world.Condition("Stalled"), Is.Null, "nothing else is left of it");
    }

    [Test]
    public void Every_reason_is_played() =>
        Assert.That(
            typeof(ImageReason.Held).GetFields().Select(f => (string)f.GetRawConstantValue()!),
            Is.EquivalentTo(Holds().Select(h => (string)h.Arguments[0]!))
        );

    [Test]
    public void Nothing_is_held_back_where_the_newest_serves()
    {
        var world = Serving();
        world.Step();
        Assert.That(world.Condition("Held"), Is.Null);
        world.Edit(r => r with { PinnedBuild = "gemma-b1" }).Step();
        Assert.That(world.Condition("Held"), Is.Null, "a pin of the newest holds nothing back yet");
    }

    [Test]
    public void An_older_image_that_is_pinned_by_hand_is_no_way_back_from_a_rejected_one()
    {
        var world = Good();
        world.Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        world.CarryOut().Step();
        Assert.That(world.Condition("Stalled"), Is.EqualTo("True RolledBack"));
        world.Edit(r => r with { PinnedBuild = "gemma-b1" }).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Stalled"), Is.Null, "the message says that a pin ends it");
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
            Assert.That(world.Condition("Held"), Is.EqualTo("True Pinned"));
        }
    }

    private static RolloutWorld Serving() =>
        new RolloutWorld(r => r with { Rollback = new RollbackSpec { SoakTime = "0s" } }).Serving(Old);

    /// <summary>A newer image is published.</summary>
    private static RolloutWorld Good()
    {
        var world = Serving();
        world.Step();
        return world.With(2);
    }

    private static TestCaseData Hold(
        string reason,
        string? build,
        Func<RolloutWorld> begin,
        string remedy,
        Action<RolloutWorld> follow
    ) => new TestCaseData(reason, build, begin, remedy, follow).SetArgDisplayNames(reason);
}
