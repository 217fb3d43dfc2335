using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>What a good image waits for before it takes the place of the one that serves.</summary>
internal sealed class RolloutGateTests
{
    [Test]
    public void A_new_image_waits_for_approval_by_name_while_the_old_one_serves()
    {
        var world = new RolloutWorld(r => r with { Approval = RolloutApproval.Manual }).Serving(Old).With(2);
        Assert.That(world.Step(), Is.EqualTo(Old));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"), "a refresh that waits is no outage");
            Assert.That(world.Condition("Fresh"), Is.EqualTo("False RolloutPending"));
            Assert.That(world.Message("Fresh"), Does.Contain($"gemmaoperator.io/approve={New.Build}"));
            Assert.That(world.Condition("Reconciling"), Is.Null);
        }

        Assert.That(world.Annotate("gemma-9").Step(), Is.EqualTo(Old), "another build's approval is none");
        Assert.That(world.Annotate(New.Build!).Step(), Is.EqualTo(New));
    }

    [Test]
    public void A_changed_spec_is_not_Ready_before_it_is_approved()
    {
        var world = new RolloutWorld(r => r with { Approval = RolloutApproval.Manual })
            .Serving(Old)
            .With(2, A.Inputs("i2"));
        world.Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutInProgress"));
            Assert.That(world.Condition("Reconciling"), Is.EqualTo("True AwaitingApproval"));
        }
    }

    [Test]
    public void The_first_image_waits_for_approval_too()
    {
        var world = new RolloutWorld(r => r with { Approval = RolloutApproval.Manual }).With(1);
        Assert.That(world.Step(), Is.Null);
        Assert.That(world.Condition("Reconciling"), Is.EqualTo("True AwaitingApproval"));
        Assert.That(world.Annotate(Old.Build!).Step(), Is.EqualTo(Old));
    }

    [TestCase("0 2 * * *", "4h", false)]
    [TestCase("0 8 * * *", "4h", true)]
    [TestCase("30 8 * * *", "5m", true)]
    [TestCase("25 8 * * *", "5m", false)]
    [TestCase("0 10 * * *", "24h", true)]
    public void A_new_image_waits_for_the_window(string schedule, string duration, bool isOpen)
    {
        // A.Morning is 08:30 UTC.
        var world = new RolloutWorld(r =>
            r with
            {
                Window = new WindowSpec { Schedule = schedule, Duration = duration },
            }
        ).Serving(Old).With(2);
        Assert.That(world.Step(), Is.EqualTo(isOpen ? New : Old));
        Assert.That(world.Condition("Fresh"), Is.EqualTo(isOpen ? "True UpToDate" : "False RolloutPending"));
    }

    [Test]
    public void It_looks_again_when_the_window_opens_and_a_zone_is_heeded()
    {
        var world = new RolloutWorld(r =>
            r with
            {
                Window = new WindowSpec
                {
                    Schedule = "0 22 * * *",
                    TimeZone = "America/New_York",
                    Duration = "1h",
                },
            }
        ).Serving(Old).With(2);
        world.Step();
        Assert.That(world.Decision.NextLook, Is.EqualTo(new DateTime(2026, 11, 24, 3, 0, 0, DateTimeKind.Utc)));
        world.Wait(new DateTime(2026, 11, 24, 3, 0, 0, DateTimeKind.Utc) - A.Morning);
        Assert.That(world.Step(), Is.EqualTo(New));
    }

    [Test]
    public void The_first_image_and_a_pin_wait_for_no_window()
    {
        RolloutSpec Closed(RolloutSpec r) =>
            r with
            {
                Window = new WindowSpec { Schedule = "0 2 * * *", Duration = "5m" },
            };
        Assert.That(new RolloutWorld(Closed).With(1).Step(), Is.EqualTo(Old));
        Assert.That(
            new RolloutWorld(r => Closed(r) with { PinnedBuild = New.Build! }).Serving(Old).With(2).Step(),
            Is.EqualTo(New)
        );
    }
}
