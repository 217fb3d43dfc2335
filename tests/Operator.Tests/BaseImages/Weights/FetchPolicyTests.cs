using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.BaseImages.Weights;

internal sealed class FetchPolicyTests
{
    private const string Gated =
        """{"error":{"reason":"Gated","message":"accept the licence at https://huggingface.co/google/gemma-3-1b-it","retry":false}}""";

    private const string Down = """{"error":{"reason":"Unavailable","message":"HTTP 503","retry":true}}""";

    private static readonly ModelSpec OnHub = new() { Hub = Weighed.Hub };

    [Test]
    public void Weights_that_nobody_has_resolved_wait()
    {
        var s = Weighed.Snapshot(Weighed.Image(OnHub));
        Assert.Multiple(() =>
        {
            Assert.That(FetchPolicy.Judge(s), Is.TypeOf<FetchState.Unresolved>());
            Assert.That(ModelWork.Decide(s, Weighed.Target, []), Is.Null);
            Assert.That(ModelMountPolicy.Decide(s), Is.Null);
        });
    }

    [Test]
    public void A_known_commit_gets_a_claim_and_a_Job_of_the_application_image()
    {
        var s = Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved()));
        var work = ModelWork.Decide(s, Weighed.Target, [])!;
        Assert.Multiple(() =>
        {
            Assert.That(work.Claim!.Metadata.OwnerReferences, Has.Count.EqualTo(1));
            Assert.That(work.Job!.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(Weighed.Application));
            Assert.That(work.Job.Spec.Template.Spec.Containers[0].Args, Does.Contain("--token-file"));
            Assert.That(ModelMountPolicy.Decide(s), Is.Null, "nothing is mounted before it is there");
        });
    }

    [Test]
    public void Without_an_application_image_nothing_can_fetch() =>
        Assert.That(
            ModelWork.Decide(Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved())), target: null, []),
            Is.Null
        );

    [Test]
    public void A_claim_that_is_kept_has_no_owner()
    {
        var kept = new ModelSpec { Hub = Weighed.Hub with { Storage = Weighed.Hub.Storage! with { Retain = true } } };
        var work = ModelWork.Decide(Weighed.Snapshot(Weighed.Image(kept, Weighed.Resolved())), Weighed.Target, [])!;
        Assert.That(work.Claim!.Metadata.OwnerReferences, Is.Null);
    }

    [Test]
    public void More_room_is_had_in_another_claim()
    {
        var larger = new ModelSpec { Hub = Weighed.Hub with { Storage = Weighed.Hub.Storage! with { Size = "40Gi" } } };
        var s = Weighed.Snapshot(
            Weighed.Image(larger, Weighed.Resolved()),
            new WeightsFacts { Claims = [Weighed.Claim(bytes: 5)] }
        );
        var work = ModelWork.Decide(s, Weighed.Target, [])!;
        Assert.Multiple(() =>
        {
            Assert.That(work.Claim!.Metadata.Name, Is.Not.EqualTo(Weighed.Claim().Metadata.Name));
            Assert.That(work.OldClaims.Select(c => c.Metadata.Name), Is.EqualTo([Weighed.Claim().Metadata.Name]));
        });
    }

    [Test]
    public void What_has_arrived_is_marked_on_the_claim_and_then_mounted()
    {
        var job = Weighed.Job(1, "Complete");
        var weights = new WeightsFacts
        {
            Claims = [Weighed.Claim()],
            Pods =
            [
                Weighed.Pod(job, 0, """{"source":"hub:google/gemma-3-1b-it","revision":"x","bytes":1999,"files":4}"""),
            ],
        };
        var s = Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved()), weights, job);
        var marked = s with { Weights = weights with { Claims = [Weighed.Claim(bytes: 1999)] } };
        Assert.Multiple(() =>
        {
            Assert.That(ModelWork.Decide(s, Weighed.Target, [])!.Arrived!.Bytes, Is.EqualTo(1999));
            Assert.That(ModelMountPolicy.Decide(s), Is.Null);
            Assert.That(
                ModelMountPolicy.Decide(marked),
                Is.EqualTo(
                    new ModelMount.InClaim(
                        Weighed.Claim().Metadata.Name,
                        "model",
                        "hub:google/gemma-3-1b-it@8be88f1b1a2c"
                    )
                )
            );
        });
    }

    [TestCase(Gated, ModelFetchStage.Failed, 600, "Gated")]
    [TestCase(Down, ModelFetchStage.Pending, 10, "Unavailable")]
    [TestCase("killed", ModelFetchStage.Pending, 10, "Interrupted")]
    public void A_failed_attempt_is_counted_and_followed_by_another(
        string words,
        ModelFetchStage stage,
        int seconds,
        string reason
    )
    {
        var job = Weighed.Job(1, "Failed");
        var weights = new WeightsFacts { Claims = [Weighed.Claim()], Pods = [Weighed.Pod(job, 1, words)] };
        var s = Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved()), weights, job);
        var after = ModelFetchFold.Fold(s.Status.Model, s, new ImageOutcome())!;
        var next = s with { Image = s.Image with { Status = s.Status with { Model = after } } };
        Assert.Multiple(() =>
        {
            Assert.That(after.Fetch!.Stage.Value, Is.EqualTo(stage));
            Assert.That(after.Fetch.Reason, Is.EqualTo(reason));
            Assert.That(after.Fetch.RetryAt, Is.EqualTo(s.Now.AddSeconds(seconds)));
            Assert.That(FetchPolicy.Judge(next), Is.TypeOf<FetchState.Pausing>());
            Assert.That(
                FetchPolicy.Judge(next with { Now = s.Now.AddSeconds(seconds) }),
                Is.EqualTo(new FetchState.Due(Weighed.Claim().Metadata.Name, 2))
            );
        });
    }

    [Test]
    public void A_failure_is_told_by_its_pod_which_may_be_seen_later_than_its_Job()
    {
        var job = Weighed.Job(1, "Failed");
        var seen = new WeightsFacts { Claims = [Weighed.Claim()] };
        var s = Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved()), seen, job) with
        {
            Now = A.Morning.AddSeconds(-58),
        };
        var told = s with { Weights = seen with { Pods = [Weighed.Pod(job, 1, Gated)] } };
        Assert.Multiple(() =>
        {
            Assert.That(FetchPolicy.Judge(s), Is.TypeOf<FetchState.Running>());
            Assert.That(((FetchState.Failed)FetchPolicy.Judge(told)).Report.Reason, Is.EqualTo("Gated"));
            Assert.That(
                ((FetchState.Failed)FetchPolicy.Judge(s with { Now = A.Morning })).Report.Reason,
                Is.EqualTo("Interrupted"),
                "a pod that is gone tells nothing any more"
            );
        });
    }

    [Test]
    public void Attempts_of_other_weights_don_t_count()
    {
        var failed = new ModelFetchStatus { Attempts = 7, RetryAt = A.Morning.AddHours(1) };
        var moved = Weighed.Resolved("1" + Weighed.Commit[1..], failed);
        var s = Weighed.Snapshot(Weighed.Image(OnHub, moved));
        Assert.That(FetchPolicy.Judge(s), Is.TypeOf<FetchState.Due>().With.Property("Attempt").EqualTo(1));
    }

    [Test]
    public void A_claim_from_which_something_serves_stays()
    {
        var (old, oldCommit) = (Weighed.Claim(bytes: 5, "2" + Weighed.Commit[1..]), "2" + Weighed.Commit[1..]);
        Assert.That(oldCommit, Is.Not.EqualTo(Weighed.Commit));
        var s = Weighed.Snapshot(
            Weighed.Image(OnHub, Weighed.Resolved()),
            new WeightsFacts { Claims = [old, Weighed.Claim(bytes: 5)] }
        );
        var serving = ServingTemplate.For(
            s.Image,
            Weighed.Application,
            new ModelMount.InClaim(old.Metadata.Name, "model", "x")
        );
        Assert.Multiple(() =>
        {
            Assert.That(ModelWork.Decide(s, Weighed.Target, [serving]), Is.Null);
            Assert.That(ModelWork.Decide(s, Weighed.Target, [])!.OldClaims, Is.EqualTo([old]));
        });
    }

    [Test]
    public void The_Job_that_filled_a_claim_goes_with_it_since_its_pod_would_hold_the_claim()
    {
        var filled = Weighed.Job(1, "Complete");
        var newer = "2" + Weighed.Commit[1..];
        var s = Weighed.Snapshot(
            Weighed.Image(OnHub, Weighed.Resolved(newer)),
            new WeightsFacts { Claims = [Weighed.Claim(bytes: 5), Weighed.Claim(bytes: 5, newer)] },
            filled
        );
        var work = ModelWork.Decide(s, Weighed.Target, [])!;
        Assert.Multiple(() =>
        {
            Assert.That(work.OldClaims.Select(c => c.Metadata.Name), Is.EqualTo([Weighed.Claim().Metadata.Name]));
            Assert.That(work.OldJobs, Is.EqualTo([filled]));
        });
    }

    [Test]
    public void A_finished_Job_whose_claim_stays_is_left_to_be_looked_at()
    {
        var s = Weighed.Snapshot(
            Weighed.Image(OnHub, Weighed.Resolved()),
            new WeightsFacts { Claims = [Weighed.Claim(bytes: 5)] },
            Weighed.Job(1, "Complete")
        );
        Assert.That(ModelWork.Decide(s, Weighed.Target, []), Is.Null);
    }

    [TestCase(4, null)]
    [TestCase(5, "ModelFetchFailed")]
    public void A_claim_that_gets_no_volume_says_why_and_stalls_once_that_has_lasted(int minutes, string? stalled)
    {
        var claim = Weighed.Claim();
        claim.Status = new V1PersistentVolumeClaimStatus { Phase = "Pending" };
        var job = Weighed.Job(1);
        var weights = new WeightsFacts
        {
            Claims = [claim],
            Events =
            [
                new ObjectEvent(job.Metadata.Name + "-x", "FailedScheduling", "1 Insufficient cpu."),
                new ObjectEvent(claim.Metadata.Name, "ProvisioningFailed", "unsupported access mode: ReadWriteMany"),
            ],
        };
        var s = Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved()), weights, job) with
        {
            Now = A.Morning.AddMinutes(minutes),
        };
        var status = ImageStatusFold.Fold(s, ImagePlanner.Decide(s), RolloutPlanner.Decide(s), new ImageOutcome());
        Assert.Multiple(() =>
        {
            Assert.That(
                ModelText.Awaited(s),
                Does.Contain($"PersistentVolumeClaim {claim.Metadata.Name} gets no volume: unsupported access mode")
                    .And.Contain("spec.rollout.server.model.hub.storage")
            );
            Assert.That(status.Conditions.FirstOrDefault(c => c.Type == "Stalled")?.Reason, Is.EqualTo(stalled));
        });
    }

    [Test]
    public void Another_object_s_claim_is_left_alone()
    {
        var foreign = Weighed.Claim(bytes: 5, "2" + Weighed.Commit[1..]);
        foreign.Metadata.Annotations[ModelClaim.MakerAnnotation] = "somebody-else";
        var s = Weighed.Snapshot(
            Weighed.Image(OnHub, Weighed.Resolved()),
            new WeightsFacts { Claims = [foreign, Weighed.Claim(bytes: 5)] }
        );
        Assert.That(ModelWork.Decide(s, Weighed.Target, []), Is.Null);
    }

    [Test]
    public void A_running_fetch_says_how_far_it_is()
    {
        var weights = new WeightsFacts
        {
            Claims = [Weighed.Claim()],
            Progress = new FetchReport.Progress(1_200_000_000, 2_000_000_000),
        };
        var s = Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved()), weights, Weighed.Job(1));
        Assert.Multiple(() =>
        {
            Assert.That(ModelText.Awaited(s), Does.Contain("1.2 GB of 2.0 GB"));
            Assert.That(
                ModelFetchFold.Fold(s.Status.Model, s, new ImageOutcome())!.Fetch!.Bytes,
                Is.EqualTo(1_200_000_000)
            );
            Assert.That(FetchPolicy.NextLook(s), Is.EqualTo(s.Now + PodEventsPolicy.FirstLook), "no pod has come yet");
            var pod = Weighed.Pod(Weighed.Job(1), 0, "");
            pod.Status = new V1PodStatus { Phase = "Running" };
            Assert.That(
                FetchPolicy.NextLook(s with { Weights = weights with { Pods = [pod] } }),
                Is.EqualTo(s.Now.AddSeconds(15))
            );
        });
    }
}
