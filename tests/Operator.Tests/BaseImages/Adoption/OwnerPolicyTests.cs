using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Routing;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Adoption;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Routing;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Gateways;
using k8s.Models;
using Operator.Tests.BaseImages.Weights;

namespace Operator.Tests.BaseImages.Adoption;

/// <summary>What has to stay with what serves: the way to it, and the weights that its pods mount.</summary>
internal sealed class OwnerPolicyTests
{
    private static readonly RouteSpec Route = new() { ParentRefs = [new ParentReference { Name = "gateway" }] };

    [Test]
    public void The_way_to_what_serves_is_let_go_with_it()
    {
        var s = Routed(stands: DeletionPolicy.Delete, asked: DeletionPolicy.Orphan);
        var changes = OwnerPolicy.Decide(s);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(changes.Select(c => c.Child.Kind), Is.EqualTo(["HTTPRoute", "Deployment"]));
            Assert.That(changes.Select(c => c.Owns), Has.All.False);
            Assert.That(OwnerPolicy.InForce(s, changes), Is.EqualTo(DeletionPolicy.Orphan));
            Assert.That(OwnerPolicy.InForce(s, [.. changes.Skip(1)]), Is.EqualTo(DeletionPolicy.Delete), "refused");
        }
    }

    [Test]
    public void The_way_to_what_serves_is_taken_over_with_it()
    {
        var s = Routed(stands: DeletionPolicy.Orphan, asked: DeletionPolicy.Delete);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                OwnerPolicy.Decide(s).Select(c => (c.Child.Kind, c.Owns)),
                Is.EqualTo([("HTTPRoute", true), ("Deployment", true)])
            );
            Assert.That(RoutingPolicy.DecideRoute(s with { Image = Unrouted(s.Image) }).Drop, Is.Not.Null);
        }
    }

    [Test]
    public void A_route_that_only_names_the_object_as_an_owner_is_somebody_s()
    {
        var s = Routed(stands: DeletionPolicy.Delete, asked: DeletionPolicy.Delete);
        s.Routing.Route.Live!.Metadata.OwnerReferences[0].Controller = null;
        Assert.That(OwnWorkload.IsOf(s.Image, s.Routing.Route), Is.False);
    }

    [Test]
    public void What_cannot_be_looked_at_is_not_said_to_stay()
    {
        var s = Routed(stands: DeletionPolicy.Orphan, asked: DeletionPolicy.Orphan) with
        {
            Routing = new RoutingFacts { Route = new SeenRouting<HttpRoute>(Refused: "forbidden") },
        };
        Assert.That(OwnerPolicy.InForce(s, []), Is.EqualTo(DeletionPolicy.Orphan), "none was made");
        var made = new GemmaBaseImageStatus { Routing = new RoutingStatus { Made = [HttpRoute.KubeKind] } };
        Assert.That(
            OwnerPolicy.InForce(s with { Image = s.Image with { Status = made } }, []),
            Is.EqualTo(DeletionPolicy.Delete)
        );
    }

    [Test]
    public void Claims_are_let_go_whatever_is_known_of_the_weights()
    {
        var claim = Weighed.Claim(bytes: 5);
        var s = Serving(DeletionPolicy.Orphan, claim) with
        {
            Inputs = new BuildRequest.Refused(ImageReason.Stalled.InvalidSpec, "wrong"),
        };
        s.Workload.Deployment!.Metadata.OwnerReferences = null;
        var changes = OwnerPolicy.Decide(s);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(changes.Single().Child, Is.SameAs(claim));
            Assert.That(OwnerPolicy.InForce(s, []), Is.EqualTo(DeletionPolicy.Delete), "its weights would go");
            Assert.That(OwnerPolicy.InForce(s, changes), Is.EqualTo(DeletionPolicy.Orphan));
        }
    }

    [TestCase(DeletionPolicy.Delete, true)]
    [TestCase(DeletionPolicy.Orphan, false)]
    public void The_claim_that_was_left_with_the_Deployment_is_taken_over_with_it(DeletionPolicy asked, bool owned)
    {
        var claim = Weighed.Claim(bytes: 5);
        claim.Metadata.OwnerReferences = null;
        claim.Metadata.Annotations[ModelClaim.MakerAnnotation] = "earlier";
        var s = Serving(asked, claim);
        s.Workload.Deployment!.Metadata.OwnerReferences = null;
        var change = OwnerPolicy.Decide(s)[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(change.Child, Is.SameAs(claim));
            Assert.That(change.Owns, Is.EqualTo(owned));
            Assert.That(
                (string?)change.Patch["metadata"]!["annotations"]![ModelClaim.MakerAnnotation],
                Is.EqualTo(s.Image.Metadata.Uid)
            );
        }

        var running = s.Image with { Status = new GemmaBaseImageStatus { DeletionPolicy = DeletionPolicy.Delete } };
        Assert.That(
            OwnerPolicy.Decide(s with { Image = running }).Select(c => c.Child),
            Has.None.SameAs(claim),
            "what an earlier object keeps isn't taken in passing"
        );
    }

    [Test]
    public void What_an_object_made_itself_is_in_force_at_once_and_not_taken_over()
    {
        var s = A.Snapshot(Image(DeletionPolicy.Orphan));
        s.Image.Metadata.CreationTimestamp = A.Morning;
        Assert.That(OwnerPolicy.InForce(s, [], isMade: true), Is.EqualTo(DeletionPolicy.Orphan));
        var deployment = Deployment(s.Image);
        deployment.Metadata.CreationTimestamp = A.Morning.AddMinutes(1);
        var seen = s with { Workload = Workload.None with { Deployment = deployment } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(OwnWorkload.IsTakenOver(seen), Is.False);
            Assert.That(
                OwnerNews.Between(seen, new GemmaBaseImageStatus { DeletionPolicy = DeletionPolicy.Orphan })?.Reason,
                Is.EqualTo("WorkloadOrphaned")
            );
        }

        deployment.Metadata.CreationTimestamp = A.Morning.AddMinutes(-1);
        Assert.That(OwnWorkload.IsTakenOver(seen));
    }

    [Test]
    public void What_was_let_go_stays_let_go_while_it_is_out_of_sight()
    {
        var image = Image(DeletionPolicy.Orphan) with
        {
            Status = new GemmaBaseImageStatus { DeletionPolicy = DeletionPolicy.Orphan },
        };
        Assert.That(OwnerPolicy.InForce(A.Snapshot(image), []), Is.EqualTo(DeletionPolicy.Orphan));
    }

    [Test]
    public void The_command_that_removes_what_stays_names_the_kinds_that_were_made()
    {
        var s = A.Snapshot(Image(DeletionPolicy.Orphan));
        var after = new GemmaBaseImageStatus { DeletionPolicy = DeletionPolicy.Orphan };
        var made = after with { Routing = new RoutingStatus { Made = [HttpRoute.KubeKind] } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(OwnerNews.Between(s, after)!.Note, Does.Contain(",persistentvolumeclaims -n "));
            Assert.That(
                OwnerNews.Between(s, made)!.Note,
                Does.Contain(",persistentvolumeclaims,httproutes.gateway.networking.k8s.io -n ")
            );
        }
    }

    private static ImageSnapshot Routed(DeletionPolicy stands, DeletionPolicy asked)
    {
        var made = WithRoute(Image(stands));
        var image = WithRoute(Image(asked));
        return A.Snapshot(image) with
        {
            Workload = Workload.None with { Deployment = Deployment(made) },
            Routing = new RoutingFacts { Route = new SeenRouting<HttpRoute>(ServingRoute.Render(made, Route)) },
        };
    }

    private static GemmaBaseImage WithRoute(GemmaBaseImage image) =>
        image with
        {
            Spec = image.Spec! with { Rollout = image.Spec.Rollout with { Route = Route } },
        };

    private static GemmaBaseImage Unrouted(GemmaBaseImage image) =>
        image with
        {
            Spec = image.Spec! with { Rollout = image.Spec.Rollout with { Route = null } },
        };

    private static ImageSnapshot Serving(DeletionPolicy policy, V1PersistentVolumeClaim claim)
    {
        var image = Weighed.Image(new ModelSpec { Hub = Weighed.Hub });
        image = image with { Spec = image.Spec! with { DeletionPolicy = policy } };
        var deployment = Deployment(image);
        deployment.Spec.Template.Spec.Volumes =
        [
            .. ModelVolume.VolumesOf(new ModelMount.InClaim(claim.Metadata.Name, "", "")),
        ];
        var s = Weighed.Snapshot(image, new WeightsFacts { Claims = [claim] });
        return s with { Workload = s.Workload with { Deployment = deployment } };
    }

    private static GemmaBaseImage Image(DeletionPolicy policy) => A.BaseImage(s => s with { DeletionPolicy = policy });

    private static V1Deployment Deployment(GemmaBaseImage image) =>
        ServingDeployment.Render(image, ServingTemplate.For(image, "registry.example/app@sha256:1"));
}
