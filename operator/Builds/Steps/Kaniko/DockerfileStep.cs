using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Finds the instruction that a log speaks of.</summary>
internal static partial class DockerfileStep
{
    /// <summary>
    /// Returns the last instruction that the log says was begun, shortened, with its line in the
    /// Dockerfile; null if none is seen.
    /// </summary>
    public static string? Last(string log, string dockerfile)
    {
        // Kaniko logs each instruction as it begins: level and time, then the instruction itself
        // (pkg/executor/build.go). A RUN's shell follows (pkg/commands/run.go), which may be all that
        // a log cut short has kept.
        var match = Instruction().Matches(log).LastOrDefault();
        var text =
            match is not null ? match.Groups["instruction"].Value.TrimEnd('"')
            : Shell().Matches(log).LastOrDefault() is { } shell ? $"RUN {shell.Groups["command"].Value}"
            : null;
        if (text is null)
        {
            return null;
        }

        var instruction = Squeeze(text.Replace("\\\"", "\"", StringComparison.Ordinal));
        var lines = dockerfile.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!Squeeze(Joined(lines, i)).StartsWith(instruction, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            return $"line {i + 1}: {UntrustedText.Shorten(instruction, 120)}";
        }

        return UntrustedText.Shorten(instruction, 120);
    }

    private static string Joined(string[] lines, int first)
    {
        var joined = lines[first];
        for (var i = first; lines[i].TrimEnd().EndsWith('\\') && i + 1 < lines.Length && i < first + 200; i++)
        {
            joined = joined.TrimEnd()[..^1] + lines[i + 1];
        }

        return joined;
    }

    private static string Squeeze(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(
        @"(^|msg=""|\] )(?<instruction>(RUN|COPY|ADD|WORKDIR|USER|ENV|LABEL|ARG) [^\n]+)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.NonBacktracking
    )]
    private static partial Regex Instruction();

    [GeneratedRegex(
        @"Running: \[/bin/sh -c (?<command>[^\n]+)\]""?$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.NonBacktracking
    )]
    private static partial Regex Shell();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
