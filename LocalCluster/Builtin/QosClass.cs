using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>
/// Tells a pod's class of service from what its containers request and may use (pkg/apis/core/v1/helper/qos).
/// </summary>
internal static class QosClass
{
    private static readonly string[] Counted = ["cpu", "memory"];

    /// <summary>Returns <c>Guaranteed</c>, <c>Burstable</c> or <c>BestEffort</c>.</summary>
    public static string Of(JsonObject spec)
    {
        var all = (spec.Array("initContainers") ?? [])
            .Concat(spec.Array("containers") ?? [])
            .OfType<JsonObject>()
            .Select(c => c.Object("resources"))
            .ToList();
        return all.TrueForAll(r => Counted.All(name => Limit(r, name) is { } most && Request(r, name) == most))
                ? "Guaranteed"
            : all.Exists(r => Counted.Any(name => Limit(r, name) is not null || Request(r, name) is not null))
                ? "Burstable"
            : "BestEffort";
    }

    private static decimal? Limit(JsonObject? resources, string name) => Amount(resources.Object("limits"), name);

    private static decimal? Request(JsonObject? resources, string name) =>
        Amount(resources.Object("requests"), name) ?? Limit(resources, name);

    /// <summary>Nothing asked for and zero are the same.</summary>
    private static decimal? Amount(JsonObject? amounts, string name) =>
        amounts?[name] is { } value && Quantity.Parse(value.Text() ?? value.Write()) is { } amount && amount != 0
            ? amount
            : null;
}
