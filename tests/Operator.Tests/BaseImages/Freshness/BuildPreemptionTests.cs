using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;

namespace Operator.Tests.BaseImages.Freshness;

[Parallelizable(ParallelScope.Self)]
internal sealed class BuildPreemptionTests
{
    private static readonly GemmaBuild Good = A.Build(1).Succeeded();

    [Test]
    public void A_build_of_an_older_spec_gives_way_to_a_newer_one() =>
        Assert.That(
            Decide(A.Inputs("i3"), Running(2, "i2"), Good),
            Is.EqualTo(new ImageDecision.Supersede(Running(2, "i2")))
                .Using<ImageDecision.Supersede>((a, b) => a.Build.BuildName == b.Build.BuildName)
        );

    [Test]
    public void A_first_build_gives_way_too() =>
        Assert.That(Decide(A.Inputs("i2"), Running(1, "i1")), Is.InstanceOf<ImageDecision.Supersede>());

    private static readonly TestCaseData[] Staying =
    [
        Case("the same spec", A.Inputs("i2"), Running(2, "i2")),
        Case("more memory for the next time", A.Inputs("i2", attempt: "more"), Running(2, "i2")),
        Case("a new server, for which this base is as good", A.Inputs("i2", publish: "p2"), Running(2, "i2")),
        Case("one that is being stopped already", A.Inputs("i3"), Running(2, "i2").Canceling()),
        Case(
            "one that took the place of another",
            A.Inputs("i3"),
            Running(2, "i2").TakingPlaceOf("gemma-b1").Started(A.Morning.AddMinutes(-119))
        ),
        Case(
            "one that took the place of another and waits in the queue",
            A.Inputs("i3"),
            Running(2, "i2").TakingPlaceOf("gemma-b1")
        ),
        Case("a spec that can't be built", new BuildRequest.Refused("InvalidSpec", "no"), Running(2, "i2")),
    ];

    [TestCaseSource(nameof(Staying))]
    public void A_build_stays_for(BuildRequest inputs, GemmaBuild running) =>
        Assert.That(Decide(inputs, running, Good), Is.InstanceOf<ImageDecision.Wait>());

    private static readonly TestCaseData[] Going =
    [
        Case("a new server once the base is there", A.Inputs("i2", publish: "p2"), Running(2, "i2").WithCandidate()),
        Case(
            "a pod that can't start and a spec that would let it",
            A.Inputs("i2", attempt: "other-node"),
            Running(2, "i2").HeldBy(BuildHold.PodPending)
        ),
        Case(
            "a failed attempt and a spec that mends it",
            A.Inputs("i2", attempt: "more-memory"),
            Running(2, "i2").HeldBy(BuildHold.BackingOff)
        ),
        Case(
            "one that took the place of another and had its time",
            A.Inputs("i3"),
            Running(2, "i2").TakingPlaceOf("gemma-b1").Started(A.Morning.AddMinutes(-120))
        ),
        Case(
            "one that took the place of another and can't start",
            A.Inputs("i3"),
            Running(2, "i2").TakingPlaceOf("gemma-b1").HeldBy(BuildHold.PodPending)
        ),
    ];

    [TestCaseSource(nameof(Going))]
    public void A_build_gives_way_for(BuildRequest inputs, GemmaBuild running) =>
        Assert.That(Decide(inputs, running, Good), Is.InstanceOf<ImageDecision.Supersede>());

    [Test]
    public void One_that_is_left_to_run_is_looked_at_again_when_its_time_is_over()
    {
        var running = Running(2, "i2").TakingPlaceOf("gemma-b1").Started(A.Morning.AddMinutes(-10));
        Assert.That(
            Decide(A.Inputs("i3"), running, Good),
            Is.EqualTo(new ImageDecision.Wait("Build gemma-b2 is running", A.Morning.AddMinutes(110)))
        );
    }

    [Test]
    public void Suspended_nothing_is_stopped() =>
        Assert.That(
            ImagePlanner.Decide(
                A.Snapshot(
                    A.BaseImage(s => s with { Suspend = true }).Knowing(1),
                    A.Inputs("i3"),
                    [Running(2, "i2"), Good]
                )
            ),
            Is.InstanceOf<ImageDecision.Wait>()
        );

    [Test]
    public void A_change_that_triggers_nothing_stops_nothing()
    {
        var image = A.BaseImage(s => s with { Triggers = s.Triggers with { SpecChange = false } }).Knowing(1);
        Assert.That(
            ImagePlanner.Decide(A.Snapshot(image, A.Inputs("i3"), [Running(2, "i2"), Good])),
            Is.InstanceOf<ImageDecision.Wait>()
        );
    }

    [Test]
    public void The_next_build_waits_for_the_burst_of_edits_to_end()
    {
        var wait = Decide(A.Inputs("i3"), Running(2, "i2").Superseded(A.Morning.AddSeconds(-20)), Good);
        Assert.That(wait, Is.InstanceOf<ImageDecision.Wait>().With.Property("Until").EqualTo(A.Morning.AddSeconds(40)));
    }

    [Test]
    public void The_next_build_has_the_reasons_of_both_and_what_changed_since_the_last_attempt()
    {
        var tick = A.Morning.AddHours(-1);
        var stopped = Running(2, "i2", BuildReason.SpecChange, BuildReason.Requested, BuildReason.Schedule)
            .Answering("now");
        stopped.Metadata.Annotations[ApiGroup.ScheduledForAnnotation] = "2026-11-23T07:30:00Z";
        var image = A.BaseImage().Knowing(1).Asking("now");
        image = image with { Status = image.Status! with { LastHandledRequestAt = "now", LastScheduleTime = tick } };
        var build = Started(
            ImagePlanner.Decide(A.Snapshot(image, A.Inputs("i3"), [stopped.Superseded(A.Morning.AddMinutes(-1)), Good]))
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.BuildName, Is.EqualTo("gemma-b3"));
            Assert.That(
                build.Spec!.Reasons,
                Is.EqualTo(new[] { BuildReason.Requested, BuildReason.Schedule, BuildReason.SpecChange })
            );
            Assert.That(
                build.Spec.Changes,
                Is.EqualTo(
                    new[]
                    {
                        new FieldChange
                        {
                            Field = "spec.base.pytorch",
                            Old = "i1",
                            New = "i3",
                        },
                    }
                )
            );
            Assert.That(build.RequestedAt, Is.EqualTo("now"));
            Assert.That(build.ScheduledFor, Is.EqualTo(tick));
            Assert.That(build.TakesPlaceOf, Is.EqualTo("gemma-b2"));
        }
    }

    [Test]
    public void An_edit_that_is_taken_back_builds_nothing() =>
        Assert.That(
            Decide(A.Inputs("i1"), Running(2, "i2").Superseded(A.Morning.AddMinutes(-1)), Good),
            Is.InstanceOf<ImageDecision.Settled>()
        );

    [Test]
    public void The_spec_that_a_build_gave_way_for_and_that_comes_back_is_no_known_bad_one() =>
        Assert.That(
            Started(Decide(A.Inputs("i2"), Running(2, "i2").Superseded(A.Morning.AddMinutes(-1)), Good)).Spec!.Reasons,
            Is.EqualTo(new[] { BuildReason.SpecChange })
        );

    [Test]
    public void A_first_build_that_gave_way_leaves_the_first_build_to_be_made() =>
        Assert.That(
            Started(Decide(A.Inputs("i1"), Running(1, "i1").Superseded(A.Morning.AddMinutes(-1)))).Spec!.Reasons,
            Is.EqualTo(new[] { BuildReason.Initial })
        );

    [Test]
    public void The_base_of_a_build_that_gave_way_for_a_new_server_is_kept()
    {
        var stopped = Running(2, "i2").WithCandidate();
        var build = Started(Decide(A.Inputs("i2", publish: "p2"), stopped.Superseded(A.Morning.AddMinutes(-1)), Good));
        Assert.That(build.Spec!.Template.ReuseBase, Is.EqualTo(stopped.Status!.Candidate));
    }

    [Test]
    public void Giving_way_is_no_failure_of_the_image()
    {
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } }).Knowing(1);
        var snapshot = A.Snapshot(
            image,
            A.Inputs("i3"),
            [Running(2, "i2").Superseded(A.Morning.AddSeconds(-20)), Good]
        );
        var status = ImageStatusFold.Fold(
            snapshot,
            ImagePlanner.Decide(snapshot),
            new RolloutDecision.Unmanaged(),
            new ImageOutcome()
        );
        var said = status.Conditions.ToDictionary(c => c.Type, c => $"{c.Status} {c.Reason}", StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Does.Not.ContainKey("Stalled"));
            Assert.That(said["Ready"], Is.EqualTo("False BuildPending"));
            Assert.That(said["Reconciling"], Is.EqualTo("True Queued"));
            Assert.That(said["BuildSucceeded"], Is.EqualTo("True Completed"), "of the last attempt");
            Assert.That(status.InputsHash, Is.EqualTo("i1-a"));
            Assert.That(status.Cost!.BuildMinutesTotal, Is.EqualTo("18.67"), "what the stopped one took is paid, too");
        }
    }

    /// <summary>
    /// An edit every three seconds for a minute, or every minute for a day, with builds of 17 minutes.
    /// </summary>
    [TestCase(3, 60, 2, 1, TestName = "Twenty_edits_in_a_minute_stop_one_build_and_make_another")]
    [TestCase(60, 86_400, 180, 70, TestName = "Edits_all_day_long_still_lead_to_images")]
    public void Storm(int every, int seconds, int most, int atLeastFinished)
    {
        List<GemmaBuild> builds = [];
        var (now, edits, finished) = (A.Morning, 0, 0);
        var image = A.BaseImage();
        for (var end = now.AddSeconds(seconds); now < end.AddHours(1); now = now.AddSeconds(1))
        {
            edits += now < end && (now - A.Morning).TotalSeconds % every == 0 ? 1 : 0;
            if (
                builds is [{ IsFinished: false } running, ..]
                && now - running.Metadata.CreationTimestamp >= TimeSpan.FromMinutes(17)
            )
            {
                builds[0] = running.Succeeded();
                finished++;
            }

            image = image.Knowing(1, now);
            switch (ImagePlanner.Decide(A.Snapshot(image, A.Inputs($"i{edits}"), builds, now: now)))
            {
                case ImageDecision.StartBuild start:
                    start.Build.Metadata.CreationTimestamp = now;
                    builds.Insert(0, start.Build with { Status = new GemmaBuildStatus { StartTime = now } });
                    break;
                case ImageDecision.Supersede:
                    builds[0] = builds[0].Superseded(now);
                    break;
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(builds, Has.Count.LessThanOrEqualTo(most));
            Assert.That(finished, Is.GreaterThanOrEqualTo(atLeastFinished));
            Assert.That(
                builds[0].HasSucceeded && builds[0].Spec!.Resolved.InputsHash == $"i{edits}",
                "the newest spec is built in the end"
            );
        }
    }

    private static ImageDecision Decide(BuildRequest inputs, params GemmaBuild[] builds) =>
        ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1), inputs, builds));

    private static GemmaBuild Running(long number, string inputs, params BuildReason[] reasons)
    {
        var build = A.Build(number, A.Inputs(inputs), created: A.Morning.AddMinutes(-4));
        return build with
        {
            Spec = build.Spec! with
            {
                Reasons = reasons.Length > 0 ? [.. reasons.Select(WireEnum<BuildReason>.From)] : build.Spec.Reasons,
            },
        };
    }

    private static GemmaBuild Started(ImageDecision decision)
    {
        Assert.That(decision, Is.InstanceOf<ImageDecision.StartBuild>());
        return ((ImageDecision.StartBuild)decision).Build;
    }

    private static TestCaseData Case(string name, BuildRequest inputs, GemmaBuild running) =>
        new TestCaseData(inputs, running).SetArgDisplayNames(name);
}
