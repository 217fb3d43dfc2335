using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Says what the short Jobs beside the served pods ask for: little, and bounded, since quotas may demand limits; never
/// more than the served pod may use, since a LimitRange lets that one through.
/// </summary>
internal static class SideJobResources
{
    private static readonly (string Name, string Request, string Limit)[] Small =
    [
        ("cpu", "10m", "500m"),
        ("memory", "32Mi", "256Mi"),
        ("ephemeral-storage", "16Mi", "128Mi"),
    ];

    /// <param name="served">Of the server's container.</param>
    public static V1ResourceRequirements Beside(V1ResourceRequirements? served)
    {
        var (requests, limits) = (
            new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal),
            new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
        );
        foreach (var (name, request, limit) in Small)
        {
            limits[name] = Least(new(limit), served?.Limits, name);
            requests[name] = Least(Least(new(request), limits, name), served?.Requests, name);
        }

        return new V1ResourceRequirements { Requests = requests, Limits = limits };
    }

    private static ResourceQuantity Least(
        ResourceQuantity asked,
        IDictionary<string, ResourceQuantity>? bounds,
        string name
    ) =>
        bounds is not null && bounds.TryGetValue(name, out var bound) && bound.ToDecimal() < asked.ToDecimal()
            ? bound
            : asked;
}
