using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Routing;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Cluster.Gateways;

namespace GemmaOperator.BaseImages.Routing;

/// <summary>
/// Renders the HTTPRoute to the served pods: to their pool where there is one, which picks better than a Service does.
/// What the API server fills in is stated, so that it isn't taken for a difference.
/// </summary>
internal static class ServingRoute
{
    public static HttpRoute Render(GemmaBaseImage image, RouteSpec route) =>
        AppliedHash.Stamp(
            new HttpRoute
            {
                Metadata = WorkloadMetadata.OfWorkload(image),
                Spec = new HttpRouteSpec
                {
                    ParentRefs = [.. route.ParentRefs.Select(Parent)],
                    Hostnames = route.Hostnames is { Count: > 0 } names ? names : null,
                    Rules =
                    [
                        new HttpRouteRule
                        {
                            Matches =
                            [
                                new HttpRouteMatch
                                {
                                    Path = new HttpPathMatch { Type = "PathPrefix", Value = route.Path },
                                },
                            ],
                            BackendRefs = [Backend(image)],
                            Timeouts = route.Timeout is { } timeout
                                ? new RouteTimeouts
                                {
                                    Request = string.Create(
                                        CultureInfo.InvariantCulture,
                                        $"{(long)timeout.Span.TotalSeconds}s"
                                    ),
                                }
                                : null,
                        },
                    ],
                },
            }
        );

    private static GatewayReference Parent(ParentReference parent) =>
        new()
        {
            Group = HttpRoute.Group,
            Kind = "Gateway",
            Namespace = parent.Namespace is { Length: > 0 } ns ? ns : null,
            Name = parent.Name,
            SectionName = parent.SectionName is { Length: > 0 } section ? section : null,
        };

    private static RouteBackend Backend(GemmaBaseImage image) =>
        image.Spec!.Rollout.InferencePool is null
            ? new RouteBackend
            {
                Group = "",
                Kind = "Service",
                Name = image.Metadata.Name,
                Port = image.Spec.Rollout.Server.Port,
            }
            : new RouteBackend
            {
                Group = InferencePool.Group,
                Kind = InferencePool.KubeKind,
                Name = image.Metadata.Name,
            };
}
