using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Prometheus;

namespace Benchmarks.Harness;

/// <summary>Counts requests to the API server, as the runtime's own metrics do.</summary>
internal static class Calls
{
    private const string Prefix = "rest_client_request_duration_seconds_count{verb=\"";

    /// <summary>Returns the requests so far by verb; a watch counts once, whatever it brings.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> ByVerbAsync(CollectorRegistry metrics)
    {
        using var text = new MemoryStream();
        await metrics.CollectAndExportAsTextAsync(text, CancellationToken.None);
        return Encoding
            .UTF8.GetString(text.ToArray())
            .Split('\n')
            .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(line => line[Prefix.Length..].Split('"', 2))
            .ToDictionary(
                parts => parts[0],
                parts => long.Parse(parts[1].Split(' ')[^1], CultureInfo.InvariantCulture)
            );
    }

    /// <summary>Counts those that change something.</summary>
    public static long Writes(this IReadOnlyDictionary<string, long> calls) =>
        calls.Where(c => c.Key is not ("get" or "list" or "watch")).Sum(c => c.Value);

    /// <summary>
    /// Returns what came between two countings, for each of <paramref name="count"/>, without lists and watches.
    /// </summary>
    public static JsonObject Per(
        this IReadOnlyDictionary<string, long> after,
        IReadOnlyDictionary<string, long>? before,
        int count
    ) =>
        new(
            after
                .Where(c => c.Key is not ("list" or "watch"))
                .Select(c =>
                    KeyValuePair.Create<string, JsonNode?>(
                        c.Key,
                        Measuring.Round((double)(c.Value - (before?.GetValueOrDefault(c.Key) ?? 0)) / count)
                    )
                )
        );
}
