using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Reads the cells of events.</summary>
internal static class EventCells
{
    public static string FirstSeen(JsonObject e, DateTimeOffset now) =>
        TableWriter.Age(e.Text("firstTimestamp") ?? e.Text("eventTime"), now);

    public static string LastSeen(JsonObject e, DateTimeOffset now) =>
        e.Object("series").Text("lastObservedTime") is { } again ? TableWriter.Age(again, now)
        : e.Text("lastTimestamp") is { } last ? TableWriter.Age(last, now)
        : FirstSeen(e, now);

    public static string About(JsonObject e)
    {
        var about = e.Object("involvedObject");
        var kind = about.Text("kind")?.ToLowerInvariant();
        return about.Text("name") is { Length: > 0 } name ? $"{kind}/{name}" : kind ?? "";
    }

    public static string Source(JsonObject e)
    {
        var component = e.Object("source").Text("component") is { Length: > 0 } given
            ? given
            : e.Text("reportingComponent") ?? "";
        var host = e.Object("source").Text("host") is { Length: > 0 } node ? node : e.Text("reportingInstance");
        return host is { Length: > 0 } ? $"{component}, {host}" : component;
    }

    public static long Count(JsonObject e) =>
        e.Object("series")?["count"].Number() ?? (e["count"].Number() is > 0 and var count ? count : 1);
}
