using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>
/// Reads the part of JSONPath that printer columns use: <c>.a.b</c>, <c>[0]</c>, <c>[?(@.type=="Ready")]</c>, quoted
/// keys.
/// </summary>
internal static partial class JsonPath
{
    public static JsonNode? Find(JsonNode? node, string path)
    {
        foreach (Match step in Step().Matches(path))
        {
            node = step switch
            {
                _ when step.Groups["filter"].Success => (node as JsonArray)?.FirstOrDefault(i =>
                    (i as JsonObject).Text(step.Groups["filter"].Value) == step.Groups["value"].Value
                ),
                _ when step.Groups["index"].Success => (node as JsonArray) is { } a
                && int.Parse(step.Groups["index"].Value, CultureInfo.InvariantCulture) is var i
                && i < a.Count
                    ? a[i]
                    : null,
                _ => (node as JsonObject)?[
                    step.Groups["field"].Success
                        ? step.Groups["field"].Value.Replace("\\.", ".", StringComparison.Ordinal)
                        : step.Groups["quoted"].Value
                ],
            };
            if (node is null)
            {
                return null;
            }
        }

        return node;
    }

    [GeneratedRegex(
        @"\[\?\(@\.(?<filter>\w+)\s*==\s*['""](?<value>[^'""]*)['""]\)\]|\[(?<index>\d+)\]|"
            + @"\['(?<quoted>[^']+)'\]|\.(?<field>(?:\\\.|[^.\[])+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Step();
}
