using System.Globalization;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Says how a container ended the last time, and what it said last: what a person would look up first.
/// </summary>
internal static class LastTermination
{
    /// <summary>Bounds it, in UTF-8 bytes: this is a part of a condition's message, and of an event's note.</summary>
    private const int MaxBytes = 300;

    /// <summary>
    /// Renders it, for example <c>exit code 1 (Error): gemma-inference: MODEL_PATH …</c>; null for one that hasn't
    /// ended yet.
    /// </summary>
    public static string? Of(V1ContainerStatus container)
    {
        if ((container.State?.Terminated ?? container.LastState?.Terminated) is not { } ended)
        {
            return null;
        }

        var text = $"exit code {ended.ExitCode.ToString(CultureInfo.InvariantCulture)}";
        if (!string.IsNullOrWhiteSpace(ended.Reason))
        {
            text += $" ({ended.Reason})";
        }

        return LastLine(ended.Message) is { } line ? $"{text}: {line}" : text;
    }

    /// <summary>
    /// Chooses the line that says what happened: the last one that a program says in its own name, or the last entry
    /// of level error or above; then the last line that is neither a frame of a stack trace nor news of a lesser level.
    /// </summary>
    private static string? LastLine(string? log)
    {
        var lines = LogLine.ReadAll(MaskedLog.Of(log));
        var line =
            lines.LastOrDefault(l => l.IsOfProgram || l is { Level: LogLineLevel.Error, IsFirstOfEntry: true })
            ?? lines.LastOrDefault(l => l is { Level: null, IsFrame: false })
            ?? lines.LastOrDefault(l => !l.IsFrame);
        return line is null ? null : Truncation.Head(line.Text.Trim().TrimEnd('.'), MaxBytes);
    }
}
