using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LocalCluster.Tests.Replay;

/// <summary>
/// Compares an answer with the recorded one, field by field; what can't be the same is compared for its presence.
/// </summary>
internal static partial class Comparison
{
    private static readonly string[] Incomparable =
    [
        "uid",
        "resourceVersion",
        "continue",
        "time",
        "clusterIP",
        "storageVersionHash",
    ];

    public static IEnumerable<string> Between(JsonNode? recorded, JsonNode? answered, string path = "")
    {
        switch (recorded, answered)
        {
            case (JsonObject r, JsonObject a):
                foreach (
                    var name in r.Select(f => f.Key)
                        .Union(a.Select(f => f.Key), StringComparer.Ordinal)
                        .Order(StringComparer.Ordinal)
                )
                {
                    if (name == "managedFields" && !r.ContainsKey(name))
                    {
                        continue;
                    }

                    var at = $"{path}.{name}";
                    if (r.ContainsKey(name) != a.ContainsKey(name))
                    {
                        yield return $"{at}: {(r.ContainsKey(name) ? "missing" : "too much")}";
                    }
                    else if (Incomparable.Contains(name, StringComparer.Ordinal))
                    {
                        if ((Write(r[name]).Length > 2) != (Write(a[name]).Length > 2))
                        {
                            yield return $"{at}: {Write(a[name])} instead of {Write(r[name])}";
                        }
                    }
                    else
                    {
                        foreach (var difference in Between(r[name], a[name], at))
                        {
                            yield return difference;
                        }
                    }
                }

                break;
            case (JsonArray r, JsonArray a):
                if (r.Count != a.Count)
                {
                    yield return $"{path}: {a.Count} items instead of {r.Count}";
                    break;
                }

                var (recordedItems, answeredItems) = path.EndsWith(".managedFields", StringComparison.Ordinal)
                    ? (ByManager(r), ByManager(a))
                    : ([.. r], [.. a]);
                for (var i = 0; i < r.Count; i++)
                {
                    var item = $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]";
                    foreach (var difference in Between(recordedItems[i], answeredItems[i], item))
                    {
                        yield return difference;
                    }
                }

                break;
            default:
                if (Normal(Write(recorded)) != Normal(Write(answered)))
                {
                    yield return $"{path}: {Write(answered)} instead of {Write(recorded)}";
                }

                break;
        }
    }

    /// <summary>
    /// Orders managers by who they are: the server orders them by the second of their last write, and between two
    /// writes a second may begin.
    /// </summary>
    private static List<JsonNode?> ByManager(JsonArray managers) =>
        [
            .. managers.OrderBy(
                m => $"{m?["operation"]} {m?["manager"]} {m?["subresource"]} {m?["apiVersion"]}",
                StringComparer.Ordinal
            ),
        ];

    private static string Write(JsonNode? node) => node?.ToJsonString() ?? "null";

    /// <summary>
    /// Masks what differs by nature: times, uids, ages, versions in messages and suffixes of generated names.
    /// </summary>
    private static string Normal(string text) =>
        Addresses()
            .Replace(
                Versions()
                    .Replace(
                        Suffixes()
                            .Replace(
                                Ages().Replace(Uids().Replace(Times().Replace(text, "TIME"), "UID"), "\"AGE\""),
                                "gen-X"
                            ),
                        "${word} N"
                    ),
                "ADDRESS"
            );

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", RegexOptions.None, 1000)]
    private static partial Regex Times();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, 1000)]
    private static partial Regex Uids();

    [GeneratedRegex("^\"\\d+[smhd](?:\\d+[smh])?\"$", RegexOptions.None, 1000)]
    private static partial Regex Ages();

    [GeneratedRegex("gen-[a-z0-9]{5}", RegexOptions.None, 1000)]
    private static partial Regex Suffixes();

    [GeneratedRegex(@"(?<word>current:|version:|in record) \(?\d+(?: \(\d+\))?\)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Versions();

    [GeneratedRegex(@"\d+\.\d+\.\d+\.\d+(?::\d+)?", RegexOptions.None, 1000)]
    private static partial Regex Addresses();
}
