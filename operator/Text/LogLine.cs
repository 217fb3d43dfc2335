using System.Text.RegularExpressions;

namespace GemmaOperator.Text;

/// <summary>Holds one line of what a server wrote, told by its form alone.</summary>
/// <param name="Text">The line.</param>
/// <param name="Level">Level of the entry that it belongs to; null when it belongs to none.</param>
/// <param name="IsFirstOfEntry">Whether it is the entry's message, and not what follows it.</param>
internal sealed partial record LogLine(string Text, LogLineLevel? Level, bool IsFirstOfEntry)
{
    /// <summary>Begins what the inference server's program says in its own name.</summary>
    private const string OwnPrefix = "gemma-inference: ";

    /// <summary>The console format of Microsoft.Extensions.Logging indents a message by so much.</summary>
    private const string Indent = "      ";

    /// <summary>Gets whether a program says it in its own name.</summary>
    public bool IsOfProgram => Text.StartsWith(OwnPrefix, StringComparison.Ordinal);

    /// <summary>Gets whether it belongs to a stack trace: those come after the line that says what happened.</summary>
    public bool IsFrame =>
        Text.TrimStart().StartsWith("at ", StringComparison.Ordinal)
        || Text.TrimStart().StartsWith("---", StringComparison.Ordinal);

    /// <summary>Reads the lines that aren't empty; one that only has an entry's level and category is none.</summary>
    public static IReadOnlyList<LogLine> ReadAll(string log)
    {
        var lines = new List<LogLine>();
        LogLineLevel? level = null;
        var isFirst = false;
        foreach (var text in log.Split('\n').Where(t => !string.IsNullOrWhiteSpace(t)))
        {
            if (Header().Match(text) is { Success: true } header)
            {
                level = header.Groups["level"].Value is "fail" or "crit" ? LogLineLevel.Error : LogLineLevel.Lesser;
                isFirst = true;
                continue;
            }

            level = text.StartsWith(Indent, StringComparison.Ordinal) ? level : null;
            lines.Add(new LogLine(text, level, level is not null && isFirst));
            isFirst = false;
        }

        return lines;
    }

    [GeneratedRegex(
        @"\A(?<level>trce|dbug|info|warn|fail|crit): [^\s\[]+\[[0-9]+\]\s*\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Header();
}
