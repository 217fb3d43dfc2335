using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Workloads;
using k8s;
using k8s.Models;
using Operator.Tests.BaseImages.Serving;

namespace Operator.Tests.BaseImages.Status;

public sealed class ImageStatusFoldTests
{
    [Test]
    public void A_build_that_just_started_counts_as_observed()
    {
        var snapshot = A.Snapshot(A.BaseImage().Knowing(1));
        var decision = (ImageDecision.StartBuild)ImagePlanner.Decide(snapshot);
        var status = Fold(snapshot, new ImageOutcome { Started = decision.Build });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.BuildCounter, Is.EqualTo(1));
            Assert.That(status.InputsHash, Is.EqualTo("i1-a"));
            Assert.That(Of(status, "Ready"), Is.EqualTo(("False", "BuildPending")));
            Assert.That(Of(status, "Reconciling"), Is.EqualTo(("True", "Building")));
            Assert.That(Of(status, "Stalled"), Is.Null);
        }
    }

    [Test]
    public void A_Job_stays_noted_while_the_caches_may_not_have_it_yet()
    {
        var made = new V1Job
        {
            Metadata = new V1ObjectMeta { Name = "gemma-probe-1", Uid = "job-1" },
        };
        var image = A.BaseImage().Knowing(1);
        var noted = Fold(A.Snapshot(image), new ImageOutcome { Made = [made] });
        IReadOnlyList<string>? Later(TimeSpan after) =>
            Fold(A.Snapshot(image with { Status = noted }, now: A.Morning + after), new ImageOutcome())
                .Jobs?.Select(j => j.Uid)
                .ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Later(TimeSpan.FromSeconds(2)), Is.EqualTo(["job-1"]), "another reconcile came first");
            Assert.That(Later(TimeSpan.FromMinutes(6)), Is.Null, "it was deleted");
        }
    }

    [Test]
    public void Published_is_Ready_when_nothing_is_managed()
    {
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } }).Knowing(1);
        var status = Fold(A.Snapshot(image, builds: [A.Build(1).Succeeded()]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Ready"), Is.EqualTo(("True", "Published")));
            Assert.That(Of(status, "Fresh"), Is.EqualTo(("True", "UpToDate")));
            Assert.That(Of(status, "BuildSucceeded"), Is.EqualTo(("True", "Completed")));
            Assert.That(Of(status, "Reconciling"), Is.Null);
            Assert.That(status.LatestImage, Is.EqualTo(A.Image(1)));
        }
    }

    [Test]
    public void A_refused_refresh_leaves_the_image_Ready_and_makes_it_stale()
    {
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } }).Knowing(1);
        var outcome = new ImageOutcome { BuildRefused = "exceeded quota" };
        var refresh = Fold(A.Snapshot(image, builds: [A.Build(1).Succeeded()]), outcome);
        var first = Fold(A.Snapshot(image), outcome);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(refresh, "Ready"), Is.EqualTo(("True", "Published")));
            Assert.That(Of(refresh, "Fresh"), Is.EqualTo(("False", "RefreshFailed")));
            Assert.That(Of(refresh, "Stalled"), Is.Null);
            Assert.That(Of(first, "Stalled"), Is.EqualTo(("True", "ObjectRefused")), "nothing was built yet");
        }
    }

    [Test]
    public void A_managed_image_is_Ready_only_when_it_serves()
    {
        var image = A.BaseImage(s =>
                s with
                {
                    Rollout = s.Rollout with { SmokeTest = new SmokeTestSpec { Enabled = false } },
                }
            )
            .Knowing(1);
        GemmaBuild[] builds = [A.Build(1).Succeeded()];
        var app = A.Image(1, "gemma-base-service");
        var starting = Fold(A.Snapshot(image, builds: builds) with { Workload = Deployed(image, app, available: 0) });
        var serving = Fold(A.Snapshot(image, builds: builds) with { Workload = Deployed(image, app, available: 1) });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(starting, "Ready"), Is.EqualTo(("False", "RolloutInProgress")));
            Assert.That(Of(starting, "Reconciling"), Is.EqualTo(("True", "RollingOut")));
            Assert.That(Of(serving, "Ready"), Is.EqualTo(("True", "Serving")));
            Assert.That(serving.ServingImage, Is.EqualTo(app));
        }
    }

    [Test]
    public void A_failed_refresh_leaves_Ready_alone_and_turns_Fresh()
    {
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } }).Knowing(1);
        var status = Fold(A.Snapshot(image, builds: [A.Build(2).Failed(), A.Build(1).Succeeded()]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Ready"), Is.EqualTo(("True", "Published")));
            Assert.That(Of(status, "Fresh"), Is.EqualTo(("False", "RefreshFailed")));
            Assert.That(Of(status, "Stalled"), Is.Null);
            Assert.That(Of(status, "BuildSucceeded"), Is.EqualTo(("False", "DependencyResolutionFailed")));
        }
    }

    [Test]
    public void Outage_a_mistake_that_was_taken_back_leaves_no_trace()
    {
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } }).Knowing(1);
        GemmaBuild[] builds = [A.Build(2, A.Inputs("mistake")).Failed(), A.Build(1).Succeeded()];
        var status = Fold(A.Snapshot(image, builds: builds));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Ready"), Is.EqualTo(("True", "Published")));
            Assert.That(Of(status, "Fresh"), Is.EqualTo(("True", "UpToDate")));
            Assert.That(Of(status, "Stalled"), Is.Null);
            Assert.That(Of(status, "Reconciling"), Is.Null);
        }
    }

    [Test]
    public void A_failed_build_of_a_changed_spec_is_not_Ready_and_stalled()
    {
        var image = A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } }).Knowing(1);
        var changed = A.Inputs("i2");
        var status = Fold(A.Snapshot(image, changed, [A.Build(2, changed).Failed(), A.Build(1).Succeeded()]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Ready"), Is.EqualTo(("False", "BuildFailed")));
            Assert.That(Of(status, "Stalled"), Is.EqualTo(("True", "RetriesExhausted")));
        }
    }

    [Test]
    public void A_rollout_past_its_deadline_rejects_the_image_and_goes_back()
    {
        var world = new RolloutWorld(r => r).Serving(RolloutWorld.Old).With(2).Deploy(RolloutWorld.New, available: 0);
        world.Exceed().Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { RolloutWorld.New.Digest }));
            Assert.That(world.Step(), Is.EqualTo(RolloutWorld.Old));
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True RolledBack"));
            Assert.That(world.Condition("Ready"), Is.EqualTo("False RolledBack"));
        }
    }

    [Test]
    public void Folding_twice_changes_nothing()
    {
        var image = A.BaseImage().Knowing(1);
        GemmaBuild[] builds = [A.Build(1).Succeeded()];
        var workload = Deployed(image, A.Image(1, "gemma-base-service"), available: 1);
        var once = Fold(A.Snapshot(image, builds: builds) with { Workload = workload });
        var twice = Fold(
            A.Snapshot(image with { Status = once }, builds: builds, now: A.Morning.AddMinutes(5)) with
            {
                Workload = workload,
            }
        );
        Assert.That(KubernetesJson.Serialize(twice), Is.EqualTo(KubernetesJson.Serialize(once)));
    }

    [Test]
    public void A_request_stays_answered_when_its_build_goes_before_an_older_failed_one()
    {
        var image = A.BaseImage().Knowing(1).Asking("second");
        var first = A.Build(1).Failed().Answering("first");
        var answered = Fold(A.Snapshot(image, builds: [A.Build(2).Succeeded().Answering("second"), first]));
        Assert.That(answered.LastHandledRequestAt, Is.EqualTo("second"));
        var later = A.Snapshot(image with { Status = answered }, builds: [A.Build(3).Succeeded(), first]);
        Assert.That(later.OpenRequestedAt, Is.Null);
        Assert.That(Fold(later).LastHandledRequestAt, Is.EqualTo("second"));
    }

    [Test]
    public void Ticks_of_a_suspension_are_not_made_up_for_at_any_later_reconcile()
    {
        // Ticks at 08:00; suspended from before it until 08:30.
        var image = A.BaseImage(s => s with { Schedule = "0 8 * * *", Suspend = true }).Knowing(1);
        GemmaBuild[] builds = [A.Build(1).Succeeded()];
        GemmaBaseImageStatus At(GemmaBaseImage i, DateTime now) =>
            Fold(A.Snapshot(i, builds: builds, schedule: ScheduleReader.Read(i, builds, now), now: now));
        image = image with { Status = At(image, A.Morning.AddHours(-1)) };
        image = image with { Spec = image.Spec! with { Suspend = false } };
        image = image with { Status = At(image, A.Morning) };
        var soon = A.Morning.AddMinutes(1);
        Assert.That(ScheduleReader.Read(image, builds, soon)!.DueTick, Is.Null);
        Assert.That(
            ScheduleReader.Read(image, builds, A.Morning.AddDays(1))!.DueTick,
            Is.EqualTo(A.Morning.Date.AddDays(1).AddHours(8))
        );
    }

    [Test]
    public void A_tag_that_disappears_upstream_leaves_a_good_service_Ready()
    {
        var gone = new UpstreamBaseResolution.Refused(A.Base, "HTTP 404");
        var image = Published().Knowing(1, A.Morning.AddHours(-7));
        var status = Fold(
            A.Snapshot(image.Asking("now"), builds: [A.Build(1).Succeeded()]),
            new ImageOutcome { Base = gone }
        );
        var first = Fold(A.Snapshot(Published()), new ImageOutcome { Base = gone });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(status, "Ready"), Is.EqualTo(("True", "Published")));
            Assert.That(Of(status, "Fresh"), Is.EqualTo(("Unknown", "BaseDigestUnknown")));
            Assert.That(Of(status, "Stalled"), Is.Null);
            Assert.That(
                Of(first, "Stalled"),
                Is.EqualTo(("True", "InvalidBaseReference")),
                "there is no image to go on with"
            );
        }
    }

    [TestCase(7, "True UpToDate", TestName = "One_poll_without_an_answer_is_nothing_to_tell_of")]
    [TestCase(12, "Unknown BaseDigestUnknown", TestName = "A_registry_silent_for_intervals_makes_Fresh_Unknown")]
    public void Silence(int hours, string fresh)
    {
        var image = Published().Knowing(1, A.Morning.AddHours(-hours));
        var status = Fold(
            A.Snapshot(image, builds: [A.Build(1).Succeeded()]),
            new ImageOutcome { Base = new UpstreamBaseResolution.Unavailable(A.Base, "down") }
        );
        Assert.That(Of(status, "Fresh") is var (is_, reason) ? $"{is_} {reason}" : null, Is.EqualTo(fresh));
    }

    [Test]
    public void Minutes_of_builds_that_left_the_history_stay_counted()
    {
        var image = Published().Knowing(1);
        GemmaBaseImageStatus? status = null;
        for (var n = 1; n <= 9; n++)
        {
            // Three are kept; every reconcile happens twice.
            GemmaBuild[] builds =
            [
                .. Enumerable.Range(Math.Max(1, n - 2), Math.Min(n, 3)).Reverse().Select(i => A.Build(i).Succeeded()),
            ];
            status = Fold(A.Snapshot(image, builds: builds));
            image = image with { Status = status };
            status = Fold(A.Snapshot(image, builds: builds));
            image = image with { Status = status };
        }

        Assert.That((status!.Cost!.BuildMinutesTotal, status.Cost.CountedBuild), Is.EqualTo(("135", (long?)9)));
    }

    private static GemmaBaseImage Published() =>
        A.BaseImage(s => s with { Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly } });

    private static GemmaBaseImageStatus Fold(ImageSnapshot s, ImageOutcome? outcome = null) =>
        ImageStatusFold.Fold(s, ImagePlanner.Decide(s), RolloutPlanner.Decide(s), outcome ?? new ImageOutcome());

    private static (string, string)? Of(GemmaBaseImageStatus status, string type) =>
        status.Conditions.FirstOrDefault(c => c.Type == type) is { } c ? (c.Status, c.Reason) : null;

    private static Workload Deployed(GemmaBaseImage image, ImageStatus app, int available)
    {
        var deployment = ServingDeployment.Render(image, ServingTemplate.For(image, app.Reference));
        deployment.Metadata.Generation = 1;
        deployment.Status = new V1DeploymentStatus
        {
            ObservedGeneration = 1,
            Replicas = 1,
            UpdatedReplicas = 1,
            AvailableReplicas = available,
            ReadyReplicas = available,
        };
        return new Workload { Deployment = deployment, Service = ServingService.Render(image) };
    }
}
