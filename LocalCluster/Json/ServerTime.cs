using System.Globalization;

namespace LocalCluster.Json;

/// <summary>Times as the API server writes most of them: whole seconds, in UTC.</summary>
internal static class ServerTime
{
    public static string Text(this DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Text(this TimeProvider time) => time.GetUtcNow().Text();
}
