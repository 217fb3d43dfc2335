using System.Text.RegularExpressions;
using k8s.Models;

namespace GemmaOperator.Build;

/// <summary>Reads the digest that the executor leaves in the termination message.</summary>
internal static partial class DigestReport
{
    /// <summary>The digest of a succeeded pod, or what was found instead.</summary>
    /// <param name="pods">Pods of a Job that completed.</param>
    public static Parsed<string> Read(IReadOnlyList<V1Pod> pods)
    {
        const string Remedy = "spec.build.executorImage must be a Kaniko executor that knows --digest-file";
        var ended = pods.Select(FailureClassifier.Executor)
            .Select(c => c?.State?.Terminated)
            .Where(t => t is { ExitCode: 0 })
            .MaxBy(t => t!.FinishedAt ?? DateTime.MinValue);
        if (ended is null) return Parsed<string>.Wrong("termination message", "no pod of the Job has ended well", Remedy);
        return IsDigest(ended.Message)
            ? Parsed<string>.Of(ended.Message.Trim())
            : Parsed<string>.Wrong("termination message", $"it isn't a digest but {Text.Show(LogTail.Clean(ended.Message ?? string.Empty))}", Remedy);
    }

    public static bool IsDigest(string? message) => message is not null && Pattern().IsMatch(message.Trim());

    [GeneratedRegex(@"\Asha(256:[0-9a-f]{64}|512:[0-9a-f]{128})\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
