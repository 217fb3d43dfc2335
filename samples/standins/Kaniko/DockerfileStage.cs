using System.Text;
using System.Text.Json.Nodes;

namespace StandIns.Kaniko;

/// <summary>
/// Holds as much of a Dockerfile as a simulated build needs: the last stage's base, and its instructions behind those
/// of the stages that it stands on.
/// </summary>
internal sealed record DockerfileStage(string From, IReadOnlyList<(string Instruction, string Arguments)> Steps)
{
    /// <summary>Reads the last stage, with continuation lines joined and arguments put in.</summary>
    public static DockerfileStage Last(string text, IReadOnlyDictionary<string, string> arguments)
    {
        var values = new Dictionary<string, string>(arguments, StringComparer.Ordinal);
        var (from, steps) = ("", new List<(string, string)>());
        var name = "";
        var stages = new Dictionary<string, DockerfileStage>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Lines(text))
        {
            var parts = line.Split(
                [' ', '\t'],
                2,
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            );
            var (instruction, rest) = (parts[0].ToUpperInvariant(), parts.Length > 1 ? parts[1] : "");
            switch (instruction)
            {
                case "ARG":
                    var pair = rest.Split('=', 2);
                    values.TryAdd(pair[0].Trim(), pair.Length > 1 ? pair[1].Trim('"') : "");
                    break;
                case "FROM":
                    stages[name] = new DockerfileStage(from, steps);
                    var words = Expand(rest, values).Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    name = words is [_, "AS" or "as", var called] ? called : "";
                    var below = stages.GetValueOrDefault(words[0]) ?? new DockerfileStage(words[0], []);
                    (from, steps) = (below.From, [.. below.Steps]);
                    break;
                default:
                    steps.Add((instruction, Expand(rest, values)));
                    break;
            }
        }

        return new DockerfileStage(from, steps);
    }

    /// <summary>Puts what the instructions say into an image's <c>config</c>; the given labels win.</summary>
    public void Configure(JsonObject config, IReadOnlyDictionary<string, string> moreLabels)
    {
        var labels = config["Labels"] as JsonObject ?? [];
        config["Labels"] ??= labels;
        foreach (var (instruction, arguments) in Steps)
        {
            switch (instruction)
            {
                case "USER":
                    config["User"] = arguments.Trim();
                    break;
                case "WORKDIR":
                    config["WorkingDir"] = arguments.Trim();
                    break;
                case "ENTRYPOINT" when arguments.StartsWith('['):
                    config["Entrypoint"] = JsonNode.Parse(arguments);
                    break;
                case "CMD" when arguments.StartsWith('['):
                    config["Cmd"] = JsonNode.Parse(arguments);
                    break;
                case "LABEL":
                    Add(labels, DockerfileWords.Pairs(arguments));
                    break;
                case "ENV":
                    var env = config["Env"] as JsonArray ?? [];
                    config["Env"] = new JsonArray([
                        .. env.Select(e => e!.DeepClone()),
                        .. DockerfileWords.Pairs(arguments).Select(p => (JsonNode)$"{p.Key}={p.Value}"),
                    ]);
                    break;
            }
        }

        Add(labels, moreLabels);
    }

    private static void Add(JsonObject labels, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (key, value) in pairs)
        {
            labels[key] = value;
        }
    }

    private static IEnumerable<string> Lines(string text)
    {
        var joined = new StringBuilder();
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd('\r')))
        {
            if (line.TrimStart().StartsWith('#') || (joined.Length == 0 && line.Trim().Length == 0))
            {
                continue;
            }

            if (line.EndsWith('\\'))
            {
                joined.Append(line, 0, line.Length - 1).Append('\n');
                continue;
            }

            yield return joined.Append(line).ToString().Trim();
            joined.Clear();
        }
    }

    private static string Expand(string text, Dictionary<string, string> values) =>
        values.Aggregate(text, (t, v) => t.Replace("${" + v.Key + "}", v.Value, StringComparison.Ordinal));
}
