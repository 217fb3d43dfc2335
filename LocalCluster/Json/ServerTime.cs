using System.Globalization;
using System.Text.Json.Nodes;

namespace LocalCluster.Json;

/// <summary>Reads and writes times as the API server writes most of them: whole seconds, in UTC.</summary>
internal static class ServerTime
{
    public static string Text(this DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Text(this TimeProvider time) => time.GetUtcNow().Text();

    /// <summary>Reads a time; null when it is none.</summary>
    public static DateTimeOffset? Time(this JsonNode? node) =>
        DateTimeOffset.TryParse(node.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
