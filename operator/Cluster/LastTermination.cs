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

    /// <summary>Frames of a stack trace come after the line that says what happened.</summary>
    private static string? LastLine(string? log)
    {
        var line = MaskedLog
            .Of(log)
            .Split('\n')
            .LastOrDefault(l =>
                !string.IsNullOrWhiteSpace(l)
                && !l.TrimStart().StartsWith("at ", StringComparison.Ordinal)
                && !l.TrimStart().StartsWith("---", StringComparison.Ordinal)
            );
        return line is null ? null : UntrustedText.Head(line.Trim().TrimEnd('.'), MaxBytes);
    }
}
