using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using static Operator.Tests.BaseImages.Freshness.Decided;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>
/// Outages and mended causes end by themselves: a failed build is tried again for as long as it is due.
/// </summary>
internal sealed class BuildRetryTests
{
    private static readonly DateTime Ended = A.Morning.AddMinutes(-1);

    private static readonly GemmaBaseImage Image = A.BaseImage(s =>
            s with
            {
                Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly },
            }
        )
        .Knowing(1);

    [Test]
    public void Outage_the_first_image_is_tried_again_slowly_and_nobody_has_to_act()
    {
        var s = A.Snapshot(Image, builds: [Failed(A.Build(1), FailureKind.Transient)]);
        var retry = BuildRetry.Find(s)!;
        var status = Fold(s);
        var next = Started(s with { Now = retry.At, Image = Image.Knowing(1, retry.At) });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(retry.At - Ended, Is.InRange(TimeSpan.FromMinutes(3.75), TimeSpan.FromMinutes(5)));
            Assert.That(ImagePlanner.Decide(s).NextLook, Is.EqualTo(retry.At));
            Assert.That(Of(status, "Stalled"), Is.Null);
            Assert.That(Of(status, "Reconciling"), Is.EqualTo(("True", "BackingOff")));
            Assert.That(Of(status, "Ready"), Is.EqualTo(("False", "BuildFailed")));
            Assert.That(Message(status, "Fresh"), Does.Contain($"{retry.At:HH:mm:ss} UTC"));
            Assert.That(next.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.Initial }), "what it was for");
            Assert.That(next.Retry, Is.EqualTo(1));
            Assert.That(next.Spec.Template.Build.Retries, Is.Zero, "the slow tries are its attempts");
        }
    }

    [Test]
    public void Outage_a_refresh_that_failed_leaves_the_image_ready_and_says_when_it_is_tried_again()
    {
        var s = A.Snapshot(Image, builds: [Failed(A.Build(2), FailureKind.Transient), A.Build(1).Succeeded()]);
        var status = Fold(s);
        var at = BuildRetry.Find(s)!.At;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Ready"), Is.EqualTo(("True", "Published")));
            Assert.That(Of(status, "Reconciling"), Is.Null);
            Assert.That(Of(status, "Stalled"), Is.Null);
            Assert.That(Of(status, "Fresh"), Is.EqualTo(("False", "RefreshFailed")));
            Assert.That(Message(status, "Fresh"), Does.Contain($"tried again at {at:yyyy-MM-dd HH:mm:ss} UTC"));
            Assert.That(ImagePlanner.Decide(s), Is.EqualTo(new ImageDecision.Settled(at)));
            Assert.That(Started(s with { Now = at, Image = Image.Knowing(1, at) }).Number, Is.EqualTo(3));
        }
    }

    [Test]
    public void Outage_what_somebody_must_mend_stays_stalled_and_is_tried_again_all_the_same()
    {
        var s = A.Snapshot(Image, builds: [Failed(A.Build(1), FailureKind.External)]);
        var status = Fold(s);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Stalled"), Is.EqualTo(("True", "RetriesExhausted")));
            Assert.That(Message(status, "Stalled"), Does.Contain("tried again at").And.Not.Contain("isn't repeated"));
            Assert.That(Started(s with { Now = BuildRetry.Find(s)!.At }).Number, Is.EqualTo(2));
        }
    }

    [Test]
    public void A_known_bad_input_is_not_repeated()
    {
        var s = A.Snapshot(Image, builds: [Failed(A.Build(1), null)], now: A.Morning.AddDays(7));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BuildRetry.Find(s), Is.Null);
            Assert.That(ImagePlanner.Decide(s), Is.Not.InstanceOf<ImageDecision.StartBuild>());
            Assert.That(Message(Fold(s), "Stalled"), Does.Contain("isn't repeated for the same input"));
        }
    }

    [Test]
    public void Mended_a_replaced_Secret_is_tried_at_once()
    {
        var failed = Failed(A.Build(1), FailureKind.External);
        var s = A.Snapshot(
            Image,
            builds: [failed with { Status = failed.Status! with { CredentialsVersion = "p@1" } }]
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BuildRetry.Find(s with { CredentialsVersion = "p@1" })!.At, Is.GreaterThan(s.Now));
            Assert.That(Started(s with { CredentialsVersion = "p@2" }).Number, Is.EqualTo(2));
        }
    }

    [Test]
    public void Mended_a_change_of_how_a_refresh_is_built_is_tried_at_once()
    {
        var s = A.Snapshot(
            Image,
            A.Inputs(attempt: "more memory"),
            [Failed(A.Build(2), FailureKind.Transient), A.Build(1).Succeeded()]
        );
        Assert.That(Started(s).Number, Is.EqualTo(3));
    }

    [Test]
    public void Mended_a_mistake_that_was_taken_back_and_a_tag_that_went_back_need_no_build()
    {
        var mistake = A.Inputs("mistake");
        var taken = A.Snapshot(
            Image,
            builds: [Failed(A.Build(2, mistake), FailureKind.Transient), A.Build(1).Succeeded()]
        );
        var moved = Failed(A.Build(2, baseDigest: 2), FailureKind.Transient);
        moved = moved with { Spec = moved.Spec! with { Reasons = [BuildReason.BaseDigestChange] } };
        var back = A.Snapshot(Image, builds: [moved, A.Build(1).Succeeded()]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BuildRetry.Find(taken), Is.Null);
            Assert.That(BuildRetry.Find(back), Is.Null);
            Assert.That(BuildRetry.Find(back with { Image = Image.Knowing(2) }), Is.Not.Null);
        }
    }

    [Test]
    public void What_a_failed_build_has_made_and_proved_is_not_made_again()
    {
        var failed = Failed(A.Build(2), FailureKind.Transient);
        failed = failed with
        {
            Spec = failed.Spec! with { Reasons = [BuildReason.Schedule] },
            Status = failed.Status! with { Candidate = A.Image(2) },
        };
        var s = A.Snapshot(Image, builds: [failed, A.Build(1).Succeeded()]);
        var next = Started(s with { Now = BuildRetry.Find(s)!.At });
        var tick = A.Morning.AddMinutes(3);
        var ticking = s with
        {
            Now = BuildRetry.Find(s)!.At,
            Schedule = new ScheduleFacts(tick, tick.AddDays(7), 1, new ObservedSchedule()),
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(next.Spec!.Template.ReuseBase, Is.EqualTo(A.Image(2)));
            Assert.That(
                ImagePlanner.Decide(ticking with { Image = Image.Knowing(1, ticking.Now) })
                    is ImageDecision.StartBuild { Build.Spec.Template.ReuseBase: null },
                "a tick since then asks for new layers"
            );
        }
    }

    [Test]
    public void A_failure_that_ended_in_the_future_ended_now()
    {
        var failed = Failed(A.Build(1), FailureKind.Transient);
        failed = failed with { Status = failed.Status! with { CompletionTime = A.Morning.AddDays(1) } };
        Assert.That(
            BuildRetry.Find(A.Snapshot(Image, builds: [failed]))!.At,
            Is.LessThanOrEqualTo(A.Morning.AddMinutes(5))
        );
    }

    private static GemmaBuild Failed(GemmaBuild build, FailureKind? kind) => OutageExample.Failed(build, kind, Ended);

    private static GemmaBaseImageStatus Fold(ImageSnapshot s) =>
        ImageStatusFold.Fold(s, ImagePlanner.Decide(s), RolloutPlanner.Decide(s), new ImageOutcome());

    private static (string, string)? Of(GemmaBaseImageStatus status, string type) =>
        status.Conditions.FirstOrDefault(c => c.Type == type) is { } c ? (c.Status, c.Reason) : null;

    private static string? Message(GemmaBaseImageStatus status, string type) =>
        status.Conditions.FirstOrDefault(c => c.Type == type)?.Message;
}
