using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Owners;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Cancel;
using GemmaOperator.Owners;
using k8s.Models;

namespace Operator.Tests.Owners;

/// <summary>Kind: a build that the operator didn't make. Whoever can create GemmaBuilds can't write statuses.</summary>
internal sealed class OwnBuildsTests
{
    private static readonly GemmaBaseImage Image = A.BaseImage();

    [Test]
    public void A_build_is_confirmed_by_what_was_announced_before_it()
    {
        Assert.That(OwnBuilds.Confirms(Announcing(A.Build(1)), A.Build(1)), Is.True);
        Assert.That(OwnBuilds.Confirms(Announcing(A.Build(1)), A.Build(1).Canceling()), Is.True, "cancel isn't hashed");
    }

    /// <summary>Kind: the leader changes between the announcement of a build and its creation, or leads late.</summary>
    [Test]
    public void The_build_of_an_earlier_announcement_of_the_same_name_is_ours_too()
    {
        IReadOnlyList<GemmaBuild> announced = [.. Enumerable.Range(0, 7).Select(i => AtEpoch(1, $"epoch-{i}"))];
        var next = announced.Aggregate((IntendedBuild?)null, (before, build) => OwnBuilds.Announce(build, before))!;
        var image = Image with { Status = new GemmaBaseImageStatus { NextBuild = next } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                announced.Select(build => OwnBuilds.Confirms(image, build)),
                Is.EqualTo(new[] { false, false, true, true, true, true, true }),
                "the newest and four before it"
            );
            Assert.That(OwnBuilds.Confirms(image, AtEpoch(1, "forged")), Is.False);
            Assert.That(OwnBuilds.Announce(announced[^1], next), Is.SameAs(next), "nothing to write");
            Assert.That(
                OwnBuilds.Announce(announced[^2], next).EarlierSpecHashes,
                Has.Count.EqualTo(4).And.Contains(next.SpecHash).And.Unique
            );
            Assert.That(OwnBuilds.Announce(AtEpoch(2, "epoch-0"), next).EarlierSpecHashes, Is.Null, "another name");
        }
    }

    [Test]
    public void A_forged_one_isn_t_whatever_it_holds()
    {
        var own = A.Build(1);
        var forged = own with
        {
            Spec = own.Spec! with
            {
                Template = own.Spec.Template with
                {
                    Output = own.Spec.Template.Output with { Repository = "evil.example/x" },
                },
            },
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(OwnBuilds.Confirms(Announcing(own), forged), Is.False, "another spec");
            Assert.That(OwnBuilds.Confirms(Announcing(own), A.Build(2)), Is.False, "another name");
            Assert.That(OwnBuilds.Confirms(Image, own), Is.False, "nothing was announced");
        }
    }

    [Test]
    public void Nor_is_one_whose_owner_is_another_or_is_shared()
    {
        var reference = A.Build(1).Metadata.OwnerReferences[0];
        IReadOnlyList<IList<V1OwnerReference>?> wrong =
        [
            null,
            [],
            [With(reference, o => o.Uid = "another")],
            [With(reference, o => o.Controller = false)],
            [With(reference, o => o.Kind = "Deployment")],
            [With(reference, o => o.ApiVersion = "evil/v1")],
            [reference, With(reference, o => o.Uid = "another")],
        ];
        Assert.That(
            wrong.Select(owners =>
            {
                var build = A.Build(1);
                build.Metadata.OwnerReferences = owners;
                return OwnBuilds.Confirms(Announcing(A.Build(1)), build);
            }),
            Has.All.False
        );
    }

    [Test]
    public void A_copy_in_another_namespace_isn_t_confirmed()
    {
        var build = A.Build(1);
        build.Metadata.NamespaceProperty = "other";
        Assert.That(OwnBuilds.Confirms(Announcing(A.Build(1)), build), Is.False);
    }

    [Test]
    public void What_was_confirmed_once_stays_so_when_another_is_announced()
    {
        var build = A.Build(1) with { Status = new GemmaBuildStatus { ConfirmedOwner = Image.Metadata.Uid } };
        Assert.That(OwnBuilds.Confirms(Announcing(A.Build(2)), build), Is.True);
        Assert.That(
            OwnBuilds.Confirms(Image, build with { Status = new GemmaBuildStatus { ConfirmedOwner = "another" } }),
            Is.False
        );
    }

    [Test]
    public void A_build_of_the_release_before_goes_on_and_one_made_after_the_upgrade_doesn_t_pass_for_one()
    {
        var image = Image with { Status = new GemmaBaseImageStatus { BuildCounter = 3 } };
        var worked = new GemmaBuildStatus { ObservedGeneration = 1 };
        var elsewhere = A.Build(3);
        elsewhere = elsewhere with
        {
            Spec = elsewhere.Spec! with
            {
                Template = elsewhere.Spec.Template with { Output = new OutputSpec { Repository = "evil.example/x" } },
            },
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(OwnBuilds.Confirms(image, A.Build(3) with { Status = worked }), Is.True, "running");
            Assert.That(OwnBuilds.Confirms(image, A.Build(3)), Is.False, "no operator worked at it");
            Assert.That(OwnBuilds.Confirms(image, A.Build(4) with { Status = worked }), Is.False, "beyond the counter");
            Assert.That(OwnBuilds.Confirms(image, elsewhere with { Status = worked }), Is.False, "writes elsewhere");
        }
    }

    [Test]
    public void Nothing_is_done_with_a_forged_one_and_it_is_told_once()
    {
        var snapshot = new BuildSnapshot
        {
            Now = A.Morning,
            Build = A.Build(1),
            Jobs = [],
            Pods = [],
            Origin = BuildOrigin.Unknown,
        };
        var step = BuildPlanner.Decide(snapshot).Decision;
        Assert.That((step, step.Slot), Is.EqualTo((new NotOurs(), SlotUse.None)));

        var first = ((NotOurs)step).After(snapshot, default(Nothing));
        var again = snapshot with { Build = snapshot.Build with { Status = first.Status } };
        var second = ((NotOurs)BuildPlanner.Decide(again).Decision).After(again, default(Nothing));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                first.Status.Conditions.Select(c => (c.Type, c.Status, c.Reason)),
                Is.EquivalentTo(new[] { ("Succeeded", "Unknown", "NotOurs"), ("Stalled", "True", "NotOurs") })
            );
            Assert.That(
                (first.Status.ObservedGeneration, first.Status.ConfirmedOwner),
                Is.EqualTo(((long?)null, (string?)null))
            );
            Assert.That((first.Event?.Reason, second.Event), Is.EqualTo(("NotOurs", (object?)null)));
            Assert.That(
                OwnBuilds.Confirms(Image with { Status = new GemmaBaseImageStatus { BuildCounter = 9 } }, again.Build),
                Is.False,
                "being told doesn't make it ours"
            );
        }
    }

    private static GemmaBuild AtEpoch(int number, string epoch)
    {
        var build = A.Build(number);
        return build with { Spec = build.Spec! with { Resolved = build.Spec.Resolved with { CacheEpoch = epoch } } };
    }

    private static GemmaBaseImage Announcing(GemmaBuild build) =>
        Image with
        {
            Status = new GemmaBaseImageStatus { NextBuild = OwnBuilds.Announce(build) },
        };

    private static V1OwnerReference With(V1OwnerReference like, Action<V1OwnerReference> change)
    {
        var copy = new V1OwnerReference
        {
            ApiVersion = like.ApiVersion,
            Kind = like.Kind,
            Name = like.Name,
            Uid = like.Uid,
            Controller = like.Controller,
        };
        change(copy);
        return copy;
    }
}
