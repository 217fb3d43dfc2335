using System.Globalization;
using System.Text.RegularExpressions;
using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Leads from the lines of the sorted requirements, which pip counts, back to what the user wrote.</summary>
internal sealed partial record RequirementOrigin
{
    public static readonly RequirementOrigin None = new([], [], "");

    private readonly IReadOnlyList<string> _requirements;
    private readonly IReadOnlyList<int> _lines;
    private readonly string _field;

    private RequirementOrigin(IReadOnlyList<string> requirements, IReadOnlyList<int> lines, string field) =>
        (_requirements, _lines, _field) = (requirements, lines, field);

    /// <summary>Reads what a build was given; a build of an older release doesn't know the user's lines.</summary>
    public static RequirementOrigin Of(ResolvedInputs resolved) =>
        Copied().IsMatch(resolved.Dockerfile)
            ? new RequirementOrigin(
                resolved.Requirements.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                resolved.RequirementLines,
                resolved.RequirementsField
            )
            : None;

    /// <summary>
    /// Puts the requirement, and where the user wrote it, in the place of <c>-r …/requirements.txt (line 2)</c>.
    /// </summary>
    public string Restore(string said) =>
        Reference()
            .Replace(
                said,
                match =>
                    int.TryParse(match.Groups["line"].Value, CultureInfo.InvariantCulture, out var line)
                    && line >= 1
                    && line <= _requirements.Count
                        ? Describe(line - 1)
                        : match.Value
            );

    private string Describe(int index)
    {
        var requirement = _requirements[index].Split(" --hash", 2)[0];
        return index < _lines.Count ? $"{requirement} ({_field} line {_lines[index]})" : requirement;
    }

    [GeneratedRegex(
        @"^(COPY|ADD) .*\brequirements\.txt\b",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Copied();

    [GeneratedRegex(
        @"-r \S*requirements\.txt \(line (?<line>[0-9]{1,9})\)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Reference();
}
