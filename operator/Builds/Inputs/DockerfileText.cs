using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds the team's own Dockerfile, checked for what the operator relies on: that it builds on the base it is given.
/// </summary>
internal sealed partial record DockerfileText
{
    /// <summary>Names the field under which a build records that it has one.</summary>
    public const string Field = "spec.dockerfile";

    /// <summary>Bounds the text.</summary>
    public const int MaxBytes = 128 * 1024;

    private DockerfileText(string value) => Value = value;

    /// <summary>Returns the text with <c>\n</c> line ends and a newline at the end, otherwise as written.</summary>
    public string Value { get; }

    public static Parsed<DockerfileText> Parse(string text, string field)
    {
        if (Truncation.Utf8Length(text) > MaxBytes)
        {
            return Wrong(field, $"{Truncation.Utf8Length(text)} bytes", $"keep it below {MaxBytes} bytes");
        }

        var normal = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        if (UntrustedText.HasControl(normal.Replace('\n', ' ').Replace('\t', ' ')))
        {
            return Wrong(field, "it holds a control character", "save it as UTF-8 text");
        }

        if (Beginning(normal).Any(comment => Directive().IsMatch(comment)))
        {
            return Wrong(
                field,
                "it begins with # syntax= or # escape=",
                "leave the line out: Kaniko runs no frontend, and the operator appends lines with the usual escape"
            );
        }

        var instructions = DockerfileInstruction.ReadAll(normal).ToList();
        if (Stages(instructions, field) is { } stages)
        {
            return stages;
        }

        if (Ends(normal, instructions, field) is { } open)
        {
            return open;
        }

        if (DockerfileSources.Check(normal, field) is { } missing)
        {
            return Parsed<DockerfileText>.Wrong([missing]);
        }

        return Parsed<DockerfileText>.Of(new DockerfileText(normal.EndsWith('\n') ? normal : normal + "\n"));
    }

    /// <summary>Returns the comments before the first instruction, trimmed: directives stand among them.</summary>
    private static IEnumerable<string> Beginning(string text) =>
        text.Split('\n').Select(line => line.Trim()).TakeWhile(line => line is "" or ['#', ..]);

    private static Parsed<DockerfileText>? Stages(IReadOnlyList<DockerfileInstruction> instructions, string field)
    {
        var firstFrom = instructions.TakeWhile(i => i.Name != "FROM").Count();
        if (firstFrom == instructions.Count)
        {
            return Wrong(field, "it has no FROM", "write ARG BASE_IMAGE and FROM ${BASE_IMAGE}");
        }

        if (!instructions.Take(firstFrom).Any(i => i.Name == "ARG" && BaseArgument().IsMatch(i.Arguments)))
        {
            return Wrong(
                field,
                "ARG BASE_IMAGE doesn't stand before the first FROM",
                "write ARG BASE_IMAGE as the first line"
            );
        }

        return instructions.Any(i => i.Name == "FROM" && FromBase().IsMatch(i.Arguments))
            ? null
            : Wrong(field, "no stage is built on BASE_IMAGE", "write FROM ${BASE_IMAGE}");
    }

    /// <summary>Says what would swallow the lines that the operator appends, the user among them.</summary>
    private static Parsed<DockerfileText>? Ends(
        string text,
        IReadOnlyList<DockerfileInstruction> instructions,
        string field
    )
    {
        if (
            instructions.FirstOrDefault(i => i.MayHaveHeredocs && DockerfileHeredoc.IsUnclear(i.Arguments)) is
            { } unclear
        )
        {
            return Wrong(
                field,
                $"line {unclear.Line}: {unclear.Name} has << beside an open quote or a ${{…}} that is more than a name",
                "close the quote, write the variable as ${NAME}, or put the << into another instruction"
            );
        }

        if (instructions.FirstOrDefault(i => i.Open is not null) is { Open: { } heredoc } open)
        {
            return Wrong(
                field,
                $"line {open.Line}: the heredoc {Quoted.Of(heredoc.Name)} of {open.Name} isn't closed",
                "end it by a line that holds its name alone"
            );
        }

        var last = text.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line is not ("" or ['#', ..]));
        return last?.EndsWith('\\') == true
            ? Wrong(field, "its last line is continued by a backslash", "end it without one")
            : null;
    }

    private static Parsed<DockerfileText> Wrong(string field, string problem, string remedy) =>
        Parsed<DockerfileText>.Wrong(field, problem, remedy);

    [GeneratedRegex(
        @"\A#\s*(syntax|escape)\s*=",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Directive();

    [GeneratedRegex(
        @"\A([A-Za-z_][A-Za-z0-9_]*(=\S*)?\s+)*BASE_IMAGE(=|\s|\z)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex BaseArgument();

    [GeneratedRegex(
        @"\A(--platform=\S+\s+)?""?\$(BASE_IMAGE|\{BASE_IMAGE\})""?(\s|\z)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex FromBase();
}
