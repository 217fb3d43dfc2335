using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace Operator.Tests.BaseImages.Adoption;

/// <summary>What is an object's own: what it owns, and what was left under its name with our labels.</summary>
internal sealed class OwnWorkloadTests
{
    private static readonly V1OwnerReference Stranger = new()
    {
        ApiVersion = "apps.example/v1",
        Kind = "App",
        Name = "app",
        Uid = "stranger",
        Controller = true,
    };

    [Test]
    public void What_it_owns_is_its_own_whatever_else_is_said_of_it()
    {
        var owned = Deployment(DeletionPolicy.Delete);
        owned.Metadata.Labels = null;
        Assert.That(OwnWorkload.IsOf(A.BaseImage(), owned));
    }

    [Test]
    public void What_was_left_under_its_name_with_all_labels_is_its_own() =>
        Assert.That(OwnWorkload.IsOf(A.BaseImage(), Deployment(DeletionPolicy.Orphan)));

    [Test]
    public void A_stranger_s_is_not()
    {
        foreach (var label in Deployment(DeletionPolicy.Orphan).Metadata.Labels.Keys)
        {
            var unlabeled = Deployment(DeletionPolicy.Orphan);
            unlabeled.Metadata.Labels.Remove(label);
            Assert.That(OwnWorkload.IsOf(A.BaseImage(), unlabeled), Is.False, label);
        }

        var renamed = Deployment(DeletionPolicy.Orphan);
        renamed.Metadata.Name = "other";
        Assert.That(OwnWorkload.IsOf(A.BaseImage(), renamed), Is.False);
        var elsewhere = Deployment(DeletionPolicy.Orphan);
        elsewhere.Metadata.NamespaceProperty = "other";
        Assert.That(OwnWorkload.IsOf(A.BaseImage(), elsewhere), Is.False);
        var owned = Deployment(DeletionPolicy.Orphan);
        owned.Metadata.OwnerReferences = [Stranger];
        Assert.That(OwnWorkload.IsOf(A.BaseImage(), owned), Is.False);
        var going = Deployment(DeletionPolicy.Orphan);
        going.Metadata.DeletionTimestamp = A.Morning;
        Assert.That(OwnWorkload.IsOf(A.BaseImage(), going), Is.False);
    }

    [Test]
    public void One_of_an_earlier_object_goes_with_it()
    {
        var leftover = Deployment(DeletionPolicy.Delete);
        leftover.Metadata.OwnerReferences[0].Uid = "earlier";
        Assert.That(OwnWorkload.IsOf(A.BaseImage(), leftover), Is.False);
    }

    [TestCase(DeletionPolicy.Orphan, true)]
    [TestCase(DeletionPolicy.Delete, false)]
    public void What_it_let_go_is_known_without_labels_by_what_it_wrote(DeletionPolicy inForce, bool known)
    {
        var image = Image(DeletionPolicy.Orphan);
        image = image with { Status = new GemmaBaseImageStatus { DeletionPolicy = inForce } };
        var unlabeled = Deployment(DeletionPolicy.Orphan);
        unlabeled.Metadata.Labels = null;
        Assert.That(OwnWorkload.IsUnlabeled(image, unlabeled), Is.EqualTo(known));
        unlabeled.Metadata.Annotations = null;
        Assert.That(OwnWorkload.IsUnlabeled(image, unlabeled), Is.False, "anybody's");
    }

    [TestCase(DeletionPolicy.Delete, DeletionPolicy.Delete, null)]
    [TestCase(DeletionPolicy.Orphan, DeletionPolicy.Orphan, null)]
    [TestCase(DeletionPolicy.Delete, DeletionPolicy.Orphan, "App")]
    [TestCase(DeletionPolicy.Orphan, DeletionPolicy.Delete, "App GemmaBaseImage")]
    public void Owners_follow_the_policy_and_others_keep_their_place(
        DeletionPolicy stands,
        DeletionPolicy asked,
        string? owners
    )
    {
        var deployment = Deployment(stands);
        deployment.Metadata.Uid = "d";
        var other = Stranger with { Controller = null };
        deployment.Metadata.OwnerReferences = [other, .. deployment.Metadata.OwnerReferences ?? []];
        var image = Image(asked);
        var s = A.Snapshot(image) with { Workload = Workload.None with { Deployment = deployment } };
        var changes = OwnerPolicy.Decide(s);
        Assert.That(
            changes
                .Select(c =>
                    string.Join(
                        ' ',
                        c.Patch["metadata"]!["ownerReferences"]!.AsArray().Select(o => (string?)o!["kind"])
                    )
                )
                .SingleOrDefault(),
            Is.EqualTo(owners)
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(changes.Select(c => (string?)c.Patch["metadata"]!["uid"]), Has.All.EqualTo("d"));
            Assert.That(OwnerPolicy.InForce(s, []), Is.EqualTo(stands));
            Assert.That(OwnerPolicy.InForce(s, changes), Is.EqualTo(asked));
        }
    }

    [Test]
    public void Without_a_workload_no_policy_is_in_force() =>
        Assert.That(OwnerPolicy.InForce(A.Snapshot(Image(DeletionPolicy.Orphan)), []), Is.Null);

    [Test]
    public void An_object_that_is_going_changes_nothing()
    {
        var image = Image(DeletionPolicy.Orphan);
        image.Metadata.DeletionTimestamp = A.Morning;
        var s = A.Snapshot(image) with
        {
            Workload = Workload.None with { Deployment = Deployment(DeletionPolicy.Delete) },
        };
        Assert.That(OwnerPolicy.Decide(s), Is.Empty);
    }

    private static GemmaBaseImage Image(DeletionPolicy policy) => A.BaseImage(s => s with { DeletionPolicy = policy });

    private static V1Deployment Deployment(DeletionPolicy policy)
    {
        var image = Image(policy);
        return ServingDeployment.Render(image, ServingTemplate.For(image, "registry.example/app@sha256:1"));
    }
}
