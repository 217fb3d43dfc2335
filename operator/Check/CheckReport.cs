using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GemmaOperator.Check;

/// <summary>Renders the report. What others wrote, such as names and messages, stays on its line.</summary>
internal static class CheckReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Gets whether nothing has failed; warnings don't count.</summary>
    public static bool IsGood(IEnumerable<CheckLine> lines) => lines.All(l => l.Status != CheckStatus.Fail);

    public static string Text(IReadOnlyList<CheckLine> lines)
    {
        var text = new StringBuilder();
        var width = lines.Max(l => l.Check.Length);
        foreach (var line in lines)
        {
            var remedy = line.Remedy.Length == 0 ? "" : $"; {line.Remedy}";
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Word(line.Status), -4}  {line.Check.PadRight(width)}  {line.What}{remedy}\n"
            );
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Counts(lines)}\n").ToString();
    }

    public static string Json(IReadOnlyList<CheckLine> lines) =>
        new JsonObject
        {
            ["ok"] = IsGood(lines),
            ["checks"] = new JsonArray([
                .. lines.Select(l => new JsonObject
                {
                    ["status"] = Word(l.Status),
                    ["check"] = l.Check,
                    ["what"] = l.What,
                    ["remedy"] = l.Remedy,
                }),
            ]),
        }.ToJsonString(Indented) + "\n";

    private static string Counts(IReadOnlyList<CheckLine> lines) =>
        string.Join(", ", Enum.GetValues<CheckStatus>().Select(s => $"{lines.Count(l => l.Status == s)} {Word(s)}"));

    private static string Word(CheckStatus status) =>
        status switch
        {
            CheckStatus.Ok => "ok",
            CheckStatus.Warn => "warn",
            CheckStatus.Fail => "fail",
        };
}
