using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Client;

/// <summary>
/// Says when a controller tries again what an API server refused: at once for an object that was changed, otherwise
/// after a time that doubles each time, up to a limit.
/// </summary>
internal sealed class RetryTimes(Work work, TimeSpan first, TimeSpan limit)
{
    private readonly Dictionary<string, (long Generation, int Tries, DateTimeOffset At)> _failed = new(
        StringComparer.Ordinal
    );

    /// <summary>Says whether it may be tried now; if not, the loop looks again when it may.</summary>
    public bool IsDue(JsonObject o)
    {
        if (!_failed.TryGetValue(KeyOf(o), out var failed) || failed.Generation != GenerationOf(o))
        {
            return true;
        }

        if (work.Time.GetUtcNow() >= failed.At)
        {
            return true;
        }

        work.LookAgainAt(failed.At);
        return false;
    }

    public void Failed(JsonObject o)
    {
        var before = _failed.GetValueOrDefault(KeyOf(o));
        var tries = before.Generation == GenerationOf(o) ? before.Tries + 1 : 1;
        var wait = first * Math.Pow(2, Math.Min(tries - 1, 40));
        var at = work.Time.GetUtcNow() + (wait < limit ? wait : limit);
        _failed[KeyOf(o)] = (GenerationOf(o), tries, at);
        work.LookAgainAt(at);
    }

    public void Succeeded(JsonObject o) => _failed.Remove(KeyOf(o));

    private static string KeyOf(JsonObject o) => o.Metadata().Text("uid") ?? "";

    private static long GenerationOf(JsonObject o) => o.Metadata()["generation"].Number() ?? 0;
}
