using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using static Operator.Tests.BaseImages.Freshness.Decided;

namespace Operator.Tests.BaseImages.Freshness;

public sealed class ImagePlannerTests
{
    [Test]
    public void A_known_base_leads_to_the_first_build()
    {
        var build = Started(A.Snapshot(A.BaseImage().Knowing(7)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.BuildName, Is.EqualTo("gemma-b1"));
            Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.Initial }));
            Assert.That(build.Spec.Resolved.BaseDigest, Is.EqualTo(A.Digest(7)));
            Assert.That(build.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(A.BaseImage().Metadata.Uid));
        }
    }

    [Test]
    public void A_running_build_is_waited_for()
    {
        var decision = ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1), A.Inputs(), [A.Build(1)]));
        Assert.That(decision, Is.EqualTo(new ImageDecision.Wait("Build gemma-b1 is running", null)));
    }

    [Test]
    public void A_changed_spec_builds_and_says_what_changed()
    {
        var build = Started(A.Snapshot(A.BaseImage().Knowing(1), A.Inputs("i2"), [A.Build(1).Succeeded()]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Number, Is.EqualTo(2));
            Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.SpecChange }));
            Assert.That(
                build.Spec.Changes,
                Is.EqualTo(
                    new[]
                    {
                        new FieldChange
                        {
                            Field = "spec.base.pytorch",
                            Old = "i1",
                            New = "i2",
                        },
                    }
                )
            );
            Assert.That(build.ReusesBase, Is.False);
        }
    }

    [Test]
    public void A_changed_ConfigMap_alone_is_a_requirements_change()
    {
        var then = A.Inputs("i1", requirements: "numpy==1.0");
        var build = Started(
            A.Snapshot(
                A.BaseImage().Knowing(1),
                A.Inputs("i2", requirements: "numpy==2.0"),
                [A.Build(1, then).Succeeded()]
            )
        );
        Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.RequirementsChange }));
    }

    [Test]
    public void A_changed_server_image_keeps_the_base_image()
    {
        var build = Started(A.Snapshot(A.BaseImage().Knowing(1), A.Inputs(publish: "p2"), [A.Build(1).Succeeded()]));
        Assert.That(build.Spec!.Template.ReuseBase, Is.EqualTo(A.Image(1)));
    }

    [Test]
    public void A_known_bad_input_is_not_built_again()
    {
        var decision = ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1), builds: [A.Build(1).Failed()]));
        Assert.That(decision, Is.InstanceOf<ImageDecision.Settled>());
    }

    [Test]
    public void More_memory_after_a_failure_is_another_attempt()
    {
        var build = Started(
            A.Snapshot(
                A.BaseImage().Knowing(1),
                A.Inputs("i1", attempt: "more-memory"),
                [A.Build(1).Failed("OutOfMemory")]
            )
        );
        Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.SpecChange }));
    }

    [Test]
    public void More_memory_after_a_success_changes_nothing()
    {
        var decision = ImagePlanner.Decide(
            A.Snapshot(A.BaseImage().Knowing(1), A.Inputs("i1", attempt: "more-memory"), [A.Build(1).Succeeded()])
        );
        Assert.That(decision, Is.InstanceOf<ImageDecision.Settled>());
    }

    [Test]
    public void Going_back_to_the_spec_of_the_last_good_build_builds_nothing()
    {
        var decision = ImagePlanner.Decide(
            A.Snapshot(
                A.BaseImage().Knowing(1),
                A.Inputs("i1"),
                [A.Build(2, A.Inputs("i2")).Failed(), A.Build(1).Succeeded()]
            )
        );
        Assert.That(decision, Is.InstanceOf<ImageDecision.Settled>());
    }

    [Test]
    public void A_request_is_answered_once()
    {
        var image = A.BaseImage().Knowing(1).Asking("now");
        var first = Started(A.Snapshot(image, builds: [A.Build(1).Succeeded()]));
        var then = ImagePlanner.Decide(
            A.Snapshot(image, builds: [A.Build(2).Succeeded().Answering("now"), A.Build(1).Succeeded()])
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.Requested }));
            Assert.That(first.RequestedAt, Is.EqualTo("now"));
            Assert.That(then, Is.InstanceOf<ImageDecision.Settled>());
        }
    }

    [Test]
    public void A_due_tick_builds_with_a_new_cache_epoch()
    {
        var tick = A.Morning.AddMinutes(-1);
        var build = Started(
            A.Snapshot(
                A.BaseImage().Knowing(1),
                builds: [A.Build(1).Succeeded()],
                schedule: new ScheduleFacts(tick, null)
            )
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.Schedule }));
            Assert.That(build.Spec.Resolved.CacheEpoch, Is.EqualTo("2026-11-23T08:29:00Z"));
            Assert.That(build.ReusesBase, Is.False);
            Assert.That(build.ScheduledFor, Is.EqualTo(tick));
        }
    }

    [Test]
    public void Suspended_means_no_build()
    {
        var decision = ImagePlanner.Decide(A.Snapshot(A.BaseImage(s => s with { Suspend = true }).Asking("now")));
        Assert.That(decision, Is.EqualTo(new ImageDecision.Settled(null)));
    }

    [Test]
    public void Bad_input_builds_nothing()
    {
        var decision = ImagePlanner.Decide(
            A.Snapshot(inputs: new BuildRequest.Refused("InvalidSpec", "spec.user.uid: 0"))
        );
        Assert.That(decision, Is.EqualTo(new ImageDecision.Refuse()));
    }

    [Test]
    public void A_decision_names_the_rule_that_made_it()
    {
        Assert.That(
            ImagePlanner.Rule(A.Snapshot(A.BaseImage().Knowing(1), builds: [A.Build(1)])).Rule,
            Is.EqualTo("a running build is waited for")
        );
        Assert.That(
            ImagePlanner.Rule(A.Snapshot(A.BaseImage().Knowing(1), builds: [A.Build(1).Succeeded()])).Rule,
            Is.EqualTo("nothing is due before the next tick or poll")
        );
    }

    [Test]
    public void Nothing_is_due_until_the_next_tick_or_poll()
    {
        var image = A.BaseImage().Knowing(1);
        var next = A.Morning.AddMinutes(30);
        Assert.That(
            ImagePlanner.Decide(
                A.Snapshot(image, builds: [A.Build(1).Succeeded()], schedule: new ScheduleFacts(null, next))
            ),
            Is.EqualTo(new ImageDecision.Settled(next))
        );
    }

    [TestCase(-20, TestName = "A_tick_is_due_though_the_API_server_s_clock_is_behind")]
    [TestCase(20, TestName = "A_tick_is_due_though_the_API_server_s_clock_is_ahead")]
    public void Skew(int minutes)
    {
        // A request was built for five minutes before the tick of 08:00.
        var image = A.BaseImage(s => s with { Schedule = "0 8 * * *" });
        var asked = A.Build(2, created: A.Morning.Date.AddHours(8).AddMinutes(-5 + minutes)).Succeeded();
        Assert.That(
            ScheduleReader.Read(image, [asked], A.Morning.Date.AddHours(8))!.DueTick,
            Is.EqualTo(A.Morning.Date.AddHours(8))
        );
        asked.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ApiGroup.ScheduledForAnnotation] = "2026-11-23T08:00:00Z",
        };
        Assert.That(
            ScheduleReader.Read(image, [asked], A.Morning)!.DueTick,
            Is.Null,
            "a build says for which tick it was"
        );
    }
}
