using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Routing;
using GemmaOperator.Cluster.Gateways;
using k8s;
using k8s.Models;

namespace Operator.Tests.Flow.Served;

/// <summary>The route and the pool in front of what serves, in clusters that have these kinds, and in others.</summary>
internal sealed class RoutingFlowTests
{
    [Test]
    public async Task A_cluster_without_the_kinds_serves_all_the_same_and_gets_both_when_it_has_them()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(Image(stage));
        var without = await stage.UntilAsync(
            i => Stage.Is(i, "Ready", "True") && Stage.Is(i, "Routed", "False", "NotInstalled"),
            "it serves, and says what is missing"
        );
        Assert.That(without.Status!.Routing, Is.Null);

        await InstallAsync(stage);
        await stage.NudgeAsync();
        var silent = await stage.UntilAsync(IsMade, "both are made, and no gateway has answered");
        var route = await ReadAsync<HttpRoute>(stage);
        var pool = await ReadAsync<InferencePool>(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(silent.Status!.Routing!.Made, Is.EqualTo(["HTTPRoute", "InferencePool"]));
            Assert.That(route!.Spec!.Rules[0].BackendRefs![0].Kind, Is.EqualTo("InferencePool"));
            Assert.That(pool!.Spec!.Selector!.MatchLabels!["gemmaoperator.io/image"], Is.EqualTo("gemma"));
            Assert.That(route.Metadata.OwnerReferences[0].Uid, Is.EqualTo(silent.Metadata.Uid));
        }

        await AnswerAsync(stage, "False", "NotAllowedByListeners", "no\u001b[31m listener");
        await stage.NudgeAsync();
        var refused = await stage.UntilAsync(
            i => Stage.Is(i, "Routed", "False", "NotAccepted"),
            "what the gateway says is told"
        );
        var message = refused.Status!.Conditions.Single(c => c.Type == "Routed").Message;
        Assert.That(message, Does.Contain("NotAllowedByListeners").And.Not.Contains("\u001b"));

        await AnswerAsync(stage, "True", "Accepted", "");
        await stage.NudgeAsync();
        await stage.UntilAsync(i => Stage.Is(i, "Routed", "True", "Accepted"), "the gateway has taken it");

        await stage.ApplyAsync(stage.Image());
        await stage.UntilAsync(
            i => i.Status!.Routing is null && i.Status.Conditions.All(c => c.Type != "Routed"),
            "nobody asks any more"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReadAsync<HttpRoute>(stage), Is.Null);
            Assert.That(await ReadAsync<InferencePool>(stage), Is.Null);
        }
    }

    [Test]
    public async Task Another_one_s_route_of_the_same_name_is_left_alone_until_it_is_gone()
    {
        await using var stage = await Stage.StartAsync();
        await InstallAsync(stage);
        await stage.Api.CreateAsync(
            new HttpRoute
            {
                Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = stage.Cluster.Namespace },
                Spec = new HttpRouteSpec { ParentRefs = [new GatewayReference { Name = "theirs" }] },
            },
            CancellationToken.None
        );
        await stage.ApplyAsync(Image(stage));
        await stage.UntilAsync(
            i => Stage.Is(i, "Ready", "True") && Stage.Is(i, "Routed", "False", "NameTaken"),
            "it says who has the name"
        );
        Assert.That((await ReadAsync<HttpRoute>(stage))!.Spec!.ParentRefs[0].Name, Is.EqualTo("theirs"));

        await stage.ApplyAsync(stage.Image());
        await stage.UntilAsync(i => i.Status!.Conditions.All(c => c.Type != "Routed"), "nobody asks any more");
        Assert.That(await ReadAsync<HttpRoute>(stage), Is.Not.Null, "it was never the object's");

        await stage.ApplyAsync(Image(stage));
        await stage.Api.DeleteAsync<HttpRoute>(stage.Cluster.Namespace, "gemma", null, CancellationToken.None);
        await stage.NudgeAsync();
        await stage.UntilAsync(i => i.Status!.Routing is { Made.Count: 2 }, "the name is free");
    }

    /// <summary>Both are noted before they are made.</summary>
    internal static bool IsMade(GemmaBaseImage image) =>
        image.Status?.Conditions.Any(c =>
            c is { Type: "Routed", Reason: "Pending" } && c.Message.Contains("says nothing", StringComparison.Ordinal)
        ) == true;

    internal static GemmaBaseImage Image(Stage stage) =>
        stage.Image(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Route = new RouteSpec { ParentRefs = [new ParentReference { Name = "gateway" }] },
                    InferencePool = new InferencePoolSpec
                    {
                        EndpointPickerRef = new EndpointPickerReference { Name = "picker" },
                    },
                },
            }
        );

    internal static Task<T?> ReadAsync<T>(Stage stage)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        stage.Api.GetAsync<T>(stage.Cluster.Namespace, "gemma", CancellationToken.None);

    /// <summary>Says what a gateway's controller says.</summary>
    private static async Task AnswerAsync(Stage stage, string accepted, string reason, string message)
    {
        var route = (await ReadAsync<HttpRoute>(stage))!;
        await stage.Api.PatchAsync<HttpRoute>(
            stage.Cluster.Namespace,
            "gemma",
            new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["parents"] = new JsonArray(
                        new JsonObject
                        {
                            ["parentRef"] = new JsonObject { ["name"] = "gateway" },
                            ["controllerName"] = "example.com/gateway",
                            ["conditions"] = new JsonArray(
                                Condition("Accepted", accepted, reason, message, route),
                                Condition("ResolvedRefs", "True", "ResolvedRefs", "", route)
                            ),
                        }
                    ),
                },
            },
            "status",
            CancellationToken.None
        );
    }

    private static JsonObject Condition(string type, string status, string reason, string message, HttpRoute route) =>
        new()
        {
            ["type"] = type,
            ["status"] = status,
            ["reason"] = reason,
            ["message"] = message,
            ["lastTransitionTime"] = "2026-01-01T00:00:00Z",
            ["observedGeneration"] = route.Metadata.Generation,
        };

    internal static async Task InstallAsync(Stage stage)
    {
        await stage.Cluster.InstallAsync(Definition(HttpRoute.Group, HttpRoute.KubeKind, "httproutes"));
        await stage.Cluster.InstallAsync(Definition(InferencePool.Group, InferencePool.KubeKind, "inferencepools"));
    }

    /// <summary>Has no schema but that there is one.</summary>
    private static V1CustomResourceDefinition Definition(string group, string kind, string plural) =>
        new()
        {
            ApiVersion = "apiextensions.k8s.io/v1",
            Kind = "CustomResourceDefinition",
            Metadata = new V1ObjectMeta
            {
                Name = $"{plural}.{group}",
                // Groups below k8s.io are the project's own, and say so.
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["api-approved.kubernetes.io"] = "unapproved, a stand-in of tests",
                },
            },
            Spec = new V1CustomResourceDefinitionSpec
            {
                Group = group,
                Scope = "Namespaced",
                Names = new V1CustomResourceDefinitionNames
                {
                    Kind = kind,
                    ListKind = $"{kind}List",
                    Plural = plural,
                    Singular = kind.ToLowerInvariant(),
                },
                Versions =
                [
                    new V1CustomResourceDefinitionVersion
                    {
                        Name = "v1",
                        Served = true,
                        Storage = true,
                        Subresources = new V1CustomResourceSubresources { Status = new object() },
                        Schema = new V1CustomResourceValidation
                        {
                            OpenAPIV3Schema = new V1JSONSchemaProps
                            {
                                Type = "object",
                                Properties = new Dictionary<string, V1JSONSchemaProps>(StringComparer.Ordinal)
                                {
                                    ["spec"] = Anything,
                                    ["status"] = Anything,
                                },
                            },
                        },
                    },
                ],
            },
        };

    private static V1JSONSchemaProps Anything => new() { Type = "object", XKubernetesPreserveUnknownFields = true };
}
