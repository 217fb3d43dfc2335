using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Routing;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Routing;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Gateways;
using k8s;
using k8s.Models;
using Operator.Tests.Builds;

namespace Operator.Tests.BaseImages.Routing;

internal sealed class RoutingPolicyTests
{
    private static readonly RouteSpec Route = new()
    {
        ParentRefs =
        [
            new ParentReference
            {
                Name = "gateway",
                Namespace = "infra",
                SectionName = "https",
            },
        ],
        Hostnames = ["gemma.example.com"],
        Timeout = "10m",
    };

    private static readonly InferencePoolSpec Pool = new()
    {
        EndpointPickerRef = new EndpointPickerReference { Name = "picker" },
    };

    [Test]
    public void The_route_and_the_pool_are_as_agreed()
    {
        var s = Snapshot(r => r with { Route = Route, InferencePool = Pool });
        Golden.Matches(
            "routing.yaml",
            string.Join(
                "\n---\n",
                new object[]
                {
                    ServingRoute.Render(Snapshot(r => r with { Route = Route }).Image, Route),
                    RoutingPolicy.DecideRoute(s).Apply!,
                    RoutingPolicy.DecidePool(s).Apply!,
                }.Select(KubernetesYaml.Serialize)
            )
        );
    }

    [Test]
    public void Nothing_is_made_where_nobody_asks_or_no_Service_is_there_yet()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RoutingPolicy.DecideRoute(Snapshot(r => r)), Is.EqualTo(new RoutingWork<HttpRoute>()));
            Assert.That(
                RoutingPolicy.DecideRoute(Snapshot(r => r with { Route = Route }) with { Workload = Workload.None }),
                Is.EqualTo(new RoutingWork<HttpRoute>())
            );
            Assert.That(RoutingPolicy.NextLook(Snapshot(r => r), new GemmaBaseImageStatus()), Is.Null);
        }
    }

    [Test]
    public void What_is_as_it_should_be_is_not_written_again_and_what_somebody_changed_is()
    {
        var s = Snapshot(r => r with { Route = Route });
        var live = RoutingPolicy.DecideRoute(s).Apply!;
        var changed = live with { Spec = live.Spec! with { Hostnames = ["other.example.com"] } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RoutingPolicy.DecideRoute(Seeing(s, live)), Is.EqualTo(new RoutingWork<HttpRoute>()));
            Assert.That(RoutingPolicy.DecideRoute(Seeing(s, changed)).Apply, Is.Not.Null);
        }
    }

    [Test]
    public void One_Gateway_by_two_of_its_listeners_is_no_difference()
    {
        var s = Snapshot(r =>
            r with
            {
                Route = Route with
                {
                    ParentRefs =
                    [
                        new ParentReference { Name = "gateway", SectionName = "http" },
                        new ParentReference { Name = "gateway", SectionName = "https" },
                    ],
                },
            }
        );
        var live = RoutingPolicy.DecideRoute(s).Apply!;
        Assert.That(RoutingPolicy.DecideRoute(Seeing(s, live)), Is.EqualTo(new RoutingWork<HttpRoute>()));
    }

    [Test]
    public void What_is_to_be_made_is_noted_before()
    {
        var s = Snapshot(r => r with { Route = Route, InferencePool = Pool });
        var unnoted = s with { Image = s.Image with { Status = new GemmaBaseImageStatus() } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RoutingPolicy.DecideRoute(unnoted), Is.EqualTo(new RoutingWork<HttpRoute>(IsAnnounced: true)));
            Assert.That(RoutedRule.Made(unnoted, RoutingFacts.None)!.Made, Is.EqualTo(["HTTPRoute", "InferencePool"]));
            Assert.That(RoutingPolicy.DecideRoute(s).Apply, Is.Not.Null);
            Assert.That(RoutedRule.Made(s, RoutingFacts.None)!.Made, Has.Count.EqualTo(2), "refused, or not told");
            Assert.That(
                RoutedRule.Made(s, new RoutingFacts { Route = new SeenRouting<HttpRoute>(IsWithoutKind: true) })!.Made,
                Has.Count.EqualTo(2),
                "it was tried, and is tried again"
            );
        }
    }

    [Test]
    public void Another_one_s_object_is_neither_written_nor_deleted()
    {
        var s = Snapshot(r => r with { Route = Route });
        var theirs = new HttpRoute
        {
            Metadata = new V1ObjectMeta
            {
                Name = "gemma",
                NamespaceProperty = "ml",
                Uid = "theirs",
            },
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RoutingPolicy.DecideRoute(Seeing(s, theirs)), Is.EqualTo(new RoutingWork<HttpRoute>()));
            Assert.That(
                RoutingPolicy.DecideRoute(Seeing(Snapshot(r => r), theirs)),
                Is.EqualTo(new RoutingWork<HttpRoute>())
            );
        }
    }

    [Test]
    public void What_was_made_goes_with_the_field_and_with_the_workload()
    {
        var live = RoutingPolicy.DecideRoute(Snapshot(r => r with { Route = Route })).Apply!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RoutingPolicy.DecideRoute(Seeing(Snapshot(r => r), live)).Drop, Is.SameAs(live));
            Assert.That(
                RoutingPolicy
                    .DecideRoute(Seeing(Snapshot(r => r with { Route = Route, Mode = RolloutMode.PublishOnly }), live))
                    .Drop,
                Is.SameAs(live)
            );
        }
    }

    [Test]
    public void A_spec_that_is_not_valid_takes_nothing_away()
    {
        var s = Snapshot(r => r with { Route = Route });
        var live = RoutingPolicy.DecideRoute(s).Apply!;
        Assert.That(
            RoutingPolicy.DecideRoute(
                Seeing(s, live) with
                {
                    Inputs = new BuildRequest.Refused(ImageReason.Stalled.InvalidSpec, "wrong"),
                }
            ),
            Is.EqualTo(new RoutingWork<HttpRoute>())
        );
    }

    [Test]
    public void A_kind_that_the_cluster_lacks_is_looked_for_again_in_a_minute_and_not_written()
    {
        var s = Snapshot(r => r with { InferencePool = Pool }) with
        {
            Routing = new RoutingFacts { Pool = new SeenRouting<InferencePool>(IsWithoutKind: true) },
        };
        var after = new GemmaBaseImageStatus
        {
            Conditions = [new V1Condition { Type = ConditionType.Routed, Status = "False" }],
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RoutingPolicy.DecidePool(s), Is.EqualTo(new RoutingWork<InferencePool>()));
            Assert.That(RoutingPolicy.NextLook(s, after), Is.EqualTo(A.Morning.AddMinutes(1)));
        }
    }

    private static ImageSnapshot Snapshot(Func<RolloutSpec, RolloutSpec> change)
    {
        var image = A.BaseImage();
        return A.Snapshot(
            image with
            {
                Spec = image.Spec! with { Rollout = change(image.Spec.Rollout) },
                Status = new GemmaBaseImageStatus
                {
                    Routing = new RoutingStatus { Made = [HttpRoute.KubeKind, InferencePool.KubeKind] },
                },
            }
        ) with
        {
            Workload = new Workload { Service = new V1Service() },
        };
    }

    private static ImageSnapshot Seeing(ImageSnapshot s, HttpRoute live) =>
        s with
        {
            Routing = new RoutingFacts { Route = new SeenRouting<HttpRoute>(live) },
        };
}
