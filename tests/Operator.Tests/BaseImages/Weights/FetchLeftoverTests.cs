using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace Operator.Tests.BaseImages.Weights;

/// <summary>What becomes of a fetch when somebody deletes, keeps or takes over what it is made of.</summary>
internal sealed class FetchLeftoverTests
{
    private static readonly ModelSpec OnHub = new() { Hub = Weighed.Hub };

    [Test]
    public void A_Job_that_filled_a_claim_which_was_deleted_doesn_t_speak_for_the_next_one()
    {
        var job = Weighed.Job(1, "Complete").Filling(Named("first"));
        var s = Snapshot(Named("second"), job);
        var work = ModelWork.Decide(s, Weighed.Target, [])!;
        Assert.Multiple(() =>
        {
            Assert.That(work.Arrived, Is.Null, "the claim is empty");
            Assert.That(work.OldJobs, Is.EqualTo([job]), "its name is the next one's");
            Assert.That(work.Job, Is.Null);
        });
        var next = ModelWork.Decide(Snapshot(Named("second")), Weighed.Target, [])!;
        Assert.That(next.Job!.ClaimUid, Is.EqualTo("second"));
    }

    [Test]
    public void A_claim_that_goes_before_its_fetch_has_begun_is_made_again()
    {
        var s = Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved()), WeightsFacts.None, Weighed.Job(1));
        var work = ModelWork.Decide(s, Weighed.Target, [])!;
        Assert.Multiple(() =>
        {
            Assert.That(work.Claim!.Metadata.Name, Is.EqualTo(Weighed.Claim().Metadata.Name));
            Assert.That(work.Job, Is.Null);
        });
    }

    [Test]
    public void A_claim_that_pods_keep_from_going_is_told_of_and_no_Job_waits_for_it()
    {
        var leaving = Weighed.Claim(bytes: 5);
        leaving.Metadata.DeletionTimestamp = A.Morning;
        var s = Snapshot(leaving);
        Assert.Multiple(() =>
        {
            Assert.That(ModelWork.Decide(s, Weighed.Target, []), Is.Null);
            Assert.That(ModelText.Awaited(s), Does.Contain("is being deleted").And.Contain("kubectl delete pod"));
        });
    }

    [Test]
    public void A_claim_that_goes_with_an_earlier_object_isn_t_served_from()
    {
        var claim = Weighed.Claim(bytes: 5);
        claim.Metadata.OwnerReferences[0].Uid = "an-earlier-one";
        var s = Snapshot(claim);
        Assert.Multiple(() =>
        {
            Assert.That(ModelMountPolicy.Decide(s), Is.Null);
            Assert.That(ModelWork.Decide(s, Weighed.Target, [])!.Claim, Is.Not.Null);
        });
    }

    [Test]
    public void A_claim_follows_what_the_spec_says_of_keeping_it()
    {
        var owned = Weighed.Claim(bytes: 5);
        var kept = Weighed.Claim(bytes: 5);
        kept.Metadata.OwnerReferences = null;
        var keep = new ModelSpec { Hub = Weighed.Hub with { Storage = Weighed.Hub.Storage! with { Retain = true } } };
        Assert.Multiple(() =>
        {
            Assert.That(Reowned(keep, owned), Is.EqualTo([owned]));
            Assert.That(Reowned(OnHub, kept), Is.EqualTo([kept]));
            Assert.That(Reowned(keep, kept), Is.Null);
            Assert.That(Reowned(OnHub, owned), Is.Null);
        });
        var image = Weighed.Image(OnHub);
        var stays = ModelClaim.RetentionPatch(owned, image, isRetained: true)["metadata"]!.AsObject();
        var goes = ModelClaim.RetentionPatch(kept, image, isRetained: false)["metadata"]!["ownerReferences"]![0]!;
        Assert.Multiple(() =>
        {
            Assert.That(stays.ContainsKey("ownerReferences"), "null removes it");
            Assert.That(stays["ownerReferences"], Is.Null);
            Assert.That((string?)goes["uid"], Is.EqualTo(image.Metadata.Uid));
        });
    }

    [Test]
    public void A_claim_that_the_spec_names_as_its_own_is_no_leftover()
    {
        var claim = Weighed.Claim(bytes: 5);
        var named = new ModelSpec { ExistingClaim = claim.Metadata.Name, SubPath = "model" };
        var s = Weighed.Snapshot(Weighed.Image(named), new WeightsFacts { Claims = [claim] });
        Assert.That(ModelWork.Decide(s, Weighed.Target, []), Is.Null);
    }

    [Test]
    public void Nothing_is_fetched_for_a_spec_that_misses_a_Secret()
    {
        var s = Snapshot(Weighed.Claim()) with
        {
            Inputs = new BuildRequest.Refused(ImageReason.Stalled.SecretNotFound, "it isn't there")
            {
                Missing = new NamedObject("spec.base.pullSecretRef", NamedObjects.Secret, "pull"),
            },
        };
        Assert.That(ModelWork.Decide(s, Weighed.Target, []), Is.Null);
    }

    [Test]
    public void While_suspended_nothing_is_said_to_be_on_its_way()
    {
        var image = Weighed.Image(OnHub, Weighed.Resolved());
        var s = Weighed.Snapshot(image with { Spec = image.Spec! with { Suspend = true } });
        Assert.Multiple(() =>
        {
            Assert.That(ModelWork.Decide(s, Weighed.Target, []), Is.Null);
            Assert.That(ModelText.Awaited(s), Does.EndWith("when spec.suspend is false"));
        });
    }

    [Test]
    public void A_changed_spec_doesn_t_wait_for_the_end_of_a_pause()
    {
        var failed = new ModelFetchStatus { Attempts = 1, RetryAt = A.Morning.AddMinutes(10) };
        var image = Weighed.Image(OnHub, Weighed.Resolved(fetch: failed));
        image.Metadata.Generation = 2;
        var same = Weighed.Snapshot(image with { Status = image.Status! with { ObservedGeneration = 2 } });
        var changed = Weighed.Snapshot(image with { Status = image.Status! with { ObservedGeneration = 1 } });
        Assert.Multiple(() =>
        {
            Assert.That(FetchPolicy.Judge(same), Is.TypeOf<FetchState.Pausing>());
            Assert.That(FetchPolicy.Judge(changed), Is.TypeOf<FetchState.Due>());
        });
    }

    private static IReadOnlyList<V1PersistentVolumeClaim>? Reowned(ModelSpec model, V1PersistentVolumeClaim claim) =>
        ModelWork
            .Decide(
                Weighed.Snapshot(Weighed.Image(model, Weighed.Resolved()), new WeightsFacts { Claims = [claim] }),
                Weighed.Target,
                []
            )
            ?.Reowned;

    private static V1PersistentVolumeClaim Named(string uid)
    {
        var claim = Weighed.Claim();
        claim.Metadata.Uid = uid;
        return claim;
    }

    private static ImageSnapshot Snapshot(V1PersistentVolumeClaim claim, params V1Job[] jobs) =>
        Weighed.Snapshot(Weighed.Image(OnHub, Weighed.Resolved()), new WeightsFacts { Claims = [claim] }, jobs);
}
