using System.Text.Json.Nodes;

namespace LocalCluster.Tests.Replay;

/// <summary>
/// Knows what stands here for what was recorded: uids, versions, generated names and tokens, learnt by walking recorded
/// and actual answers side by side.
/// </summary>
internal sealed class Substitutes
{
    private static readonly string[] Learnt = ["uid", "resourceVersion", "continue", "name"];

    private readonly Dictionary<string, string> _actual = new(StringComparer.Ordinal);

    public void Learn(JsonNode? recorded, JsonNode? answered)
    {
        switch (recorded, answered)
        {
            case (JsonObject r, JsonObject a):
                foreach (var (name, value) in r)
                {
                    if (
                        Learnt.Contains(name, StringComparer.Ordinal)
                        && Text(value) is { Length: > 0 } was
                        && Text(a[name]) is { Length: > 0 } now
                        && was != now
                        && was != "0"
                        && (name != "name" || was.StartsWith("gen-", StringComparison.Ordinal))
                    )
                    {
                        _actual.TryAdd(was, now);
                    }

                    Learn(value, a[name]);
                }

                break;
            case (JsonArray r, JsonArray a):
                for (var i = 0; i < Math.Min(r.Count, a.Count); i++)
                {
                    Learn(r[i], a[i]);
                }

                break;
        }
    }

    /// <summary>Replaces versions in a request's body.</summary>
    public void ApplyVersions(JsonNode? body)
    {
        foreach (var (name, value) in (body as JsonObject)?.ToList() ?? [])
        {
            if (name == "resourceVersion" && Text(value) is { } was)
            {
                body![name] = Version(was);
            }
            else
            {
                ApplyVersions(value);
            }
        }
    }

    /// <summary>Returns a request's text with what was recorded replaced; whole values only.</summary>
    public string Apply(string text)
    {
        foreach (var (was, now) in _actual.Where(s => s.Key.Length > 8).OrderByDescending(s => s.Key.Length))
        {
            text = text.Replace(was, now, StringComparison.Ordinal);
        }

        return text;
    }

    public string Version(string recorded) => _actual.GetValueOrDefault(recorded, recorded);

    private static string? Text(JsonNode? node) =>
        node is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;
}
