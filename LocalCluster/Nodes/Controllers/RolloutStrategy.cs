using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Controllers;

/// <summary>Reads how a Deployment's spec wants its pods replaced, in numbers of pods.</summary>
internal static class RolloutStrategy
{
    /// <summary>Returns how many pods are wanted; 1 when the spec doesn't say.</summary>
    public static int Replicas(JsonObject spec) => Number(spec["replicas"], 1);

    /// <summary>Says whether all old pods go before the first new one comes.</summary>
    public static bool IsRecreate(JsonObject spec) => spec.Object("strategy").Text("type") == "Recreate";

    /// <summary>Returns how many pods there may be above those wanted.</summary>
    public static int Surge(JsonObject spec, int wanted) => Bound(spec, "maxSurge", wanted, up: true);

    /// <summary>Returns how many of the wanted pods may be unavailable.</summary>
    public static int Unavailable(JsonObject spec, int wanted) =>
        IsRecreate(spec) ? wanted : Bound(spec, "maxUnavailable", wanted, up: false);

    private static int Bound(JsonObject spec, string field, int wanted, bool up)
    {
        var value = spec.Object("strategy").Object("rollingUpdate")?[field];
        if (value.Text() is { } percent && percent.EndsWith('%'))
        {
            var exact = wanted * int.Parse(percent[..^1], CultureInfo.InvariantCulture) / 100.0;
            return (int)(up ? Math.Ceiling(exact) : Math.Floor(exact));
        }

        return Number(value, 0);
    }

    private static int Number(JsonNode? node, int fallback) => (int)(node.Number() ?? fallback);
}
