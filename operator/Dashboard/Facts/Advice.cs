using GemmaOperator.Api.Words;
using GemmaOperator.Check;

namespace GemmaOperator.Dashboard.Facts;

/// <summary>
/// Gives what to do about a condition or a failed build: the tables of docs/troubleshooting.md, which is embedded, so
/// that page and guide say the same.
/// </summary>
internal static class Advice
{
    private const string Guide = "troubleshooting.md";

    /// <summary>Begins the part about failed builds, whose rows name a reason alone.</summary>
    private const string OfBuilds = "## Why a build failed";

    private static readonly HashSet<string> Types =
    [
        .. typeof(ConditionType).GetFields().Select(f => f.GetRawConstantValue()).OfType<string>(),
    ];

    private static readonly Lazy<Tables> Read = new(() => Parse(ShippedFile.Read(Guide)));

    /// <summary>Returns what to do, with code in backticks; null where nothing is asked of anybody.</summary>
    public static string? OfCondition(string type, string reason) =>
        Read.Value.Conditions.GetValueOrDefault((type, reason))
        ?? (type is ConditionType.BuildSucceeded or ConditionType.Verified ? OfFailure(reason) : null);

    /// <summary>Returns what to do about a failed build.</summary>
    public static string? OfFailure(string reason) => Read.Value.Failures.GetValueOrDefault(reason);

    internal static Tables Parse(string guide)
    {
        var tables = new Tables([], new Dictionary<string, string>(StringComparer.Ordinal));
        var isOfBuilds = false;
        foreach (var line in guide.Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                isOfBuilds = line.StartsWith(OfBuilds, StringComparison.Ordinal);
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal) && Cells(line) is [var names, _, var advice, ..])
            {
                Add(tables, Codes(names), advice, isOfBuilds);
            }
        }

        return tables;
    }

    private static void Add(Tables tables, IReadOnlyList<string> names, string advice, bool isOfBuilds)
    {
        if (isOfBuilds)
        {
            foreach (var reason in names)
            {
                tables.Failures.TryAdd(reason, advice);
            }

            return;
        }

        // Types come first: `Ready`, `Stalled` `RolledBack`.
        var types = names.TakeWhile(Types.Contains).ToList();
        foreach (var type in types)
        {
            foreach (var reason in names.Skip(types.Count))
            {
                tables.Conditions.TryAdd((type, reason), advice);
            }
        }
    }

    /// <summary>Takes a row apart at its bars; one within code, or with a backslash before it, is none.</summary>
    private static List<string> Cells(string line)
    {
        var (cells, from, isCode) = (new List<string>(), 1, false);
        for (var i = 1; i < line.Length; i++)
        {
            isCode ^= line[i] == '`';
            if (line[i] == '|' && !isCode && line[i - 1] != '\\')
            {
                cells.Add(line[from..i].Trim());
                from = i + 1;
            }
        }

        return cells;
    }

    private static List<string> Codes(string cell) => [.. cell.Split('`').Where((_, i) => i % 2 == 1)];

    /// <summary>Holds both tables.</summary>
    /// <param name="Conditions">By type and reason.</param>
    /// <param name="Failures">By reason.</param>
    internal sealed record Tables(
        Dictionary<(string Type, string Reason), string> Conditions,
        Dictionary<string, string> Failures
    );
}
