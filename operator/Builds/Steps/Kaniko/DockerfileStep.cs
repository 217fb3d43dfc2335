using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Finds the instruction that a log speaks of.</summary>
internal static partial class DockerfileStep
{
    /// <summary>Bounds how many lines of one instruction are looked at.</summary>
    private const int MostJoined = 200;

    /// <summary>Bounds how much of an instruction is compared, in characters.</summary>
    private const int MostCompared = 2000;

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
            if (Begins(lines, i, instruction.AsSpan(0, Math.Min(instruction.Length, MostCompared))))
            {
                return $"line {i + 1}: {Truncation.Shorten(instruction, 120)}";
            }
        }

        return Truncation.Shorten(instruction, 120);
    }

    /// <summary>
    /// Tells whether the lines from one on, joined where a backslash continues them, begin with a text, white space
    /// counting as one space. Looks no further than the first difference: both texts may be anybody's, and long.
    /// </summary>
    private static bool Begins(string[] lines, int first, ReadOnlySpan<char> wanted)
    {
        var isSpace = true;
        for (var i = first; i < lines.Length && i < first + MostJoined; i++)
        {
            var line = lines[i].AsSpan().TrimEnd();
            var isContinued = line.EndsWith('\\');
            foreach (var c in isContinued ? line[..^1] : line)
            {
                if (wanted.IsEmpty)
                {
                    return true;
                }

                var isNext = !char.IsWhiteSpace(c);
                if (!isNext && isSpace)
                {
                    continue;
                }

                if (char.ToUpperInvariant(isNext ? c : ' ') != char.ToUpperInvariant(wanted[0]))
                {
                    return false;
                }

                wanted = wanted[1..];
                isSpace = !isNext;
            }

            if (!isContinued)
            {
                break;
            }
        }

        return wanted.IsEmpty;
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
