using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds the team's own Dockerfile, checked for what the operator relies on: that it builds on the base it is given.
/// </summary>
internal sealed partial record DockerfileText
{
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

        if (Directive().IsMatch(normal))
        {
            return Wrong(
                field,
                "it begins with # syntax= or # escape=",
                "leave the line out: Kaniko runs no frontend, and the operator appends lines with the usual escape"
            );
        }

        var instructions = normal
            .Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToList();
        var firstFrom = instructions.FindIndex(line => From().IsMatch(line));
        if (firstFrom < 0)
        {
            return Wrong(field, "it has no FROM", "write ARG BASE_IMAGE and FROM ${BASE_IMAGE}");
        }

        if (!instructions.Take(firstFrom).Any(line => BaseArgument().IsMatch(line)))
        {
            return Wrong(
                field,
                "ARG BASE_IMAGE doesn't stand before the first FROM",
                "write ARG BASE_IMAGE as the first line"
            );
        }

        if (!instructions.Any(line => FromBase().IsMatch(line)))
        {
            return Wrong(field, "no stage is built on BASE_IMAGE", "write FROM ${BASE_IMAGE}");
        }

        if (instructions[^1].EndsWith('\\'))
        {
            return Wrong(field, "its last line is continued by a backslash", "end it without one");
        }

        if (DockerfileSources.Check(normal, field) is { } missing)
        {
            return Parsed<DockerfileText>.Wrong([missing]);
        }

        return Parsed<DockerfileText>.Of(new DockerfileText(normal.EndsWith('\n') ? normal : normal + "\n"));
    }

    private static Parsed<DockerfileText> Wrong(string field, string problem, string remedy) =>
        Parsed<DockerfileText>.Wrong(field, problem, remedy);

    [GeneratedRegex(
        @"\A(#[^\n]*\n)*# *(syntax|escape) *=",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Directive();

    [GeneratedRegex(@"\AFROM\s", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex From();

    [GeneratedRegex(
        @"\AARG\s+([A-Za-z_][A-Za-z0-9_]*(=\S*)?\s+)*BASE_IMAGE(=|\s|\z)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex BaseArgument();

    [GeneratedRegex(
        @"\AFROM\s+(--platform=\S+\s+)?""?\$(BASE_IMAGE|\{BASE_IMAGE\})""?(\s|\z)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex FromBase();
}
