using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Says what the containers of a scan's pod have come to.</summary>
internal abstract record ScanResult
{
    private ScanResult() { }

    /// <summary>Says that neither container has ended, or that the report is on its way.</summary>
    public sealed record Running : ScanResult;

    /// <summary>Says what was found, by a database of when (UTC; null where it isn't told).</summary>
    public sealed record Found(ScanStatus Scan, DateTime? Database = null) : ScanResult;

    /// <summary>Says that there will be no report; <paramref name="At"/> is when that became clear (UTC).</summary>
    public sealed record Failed(string Why, DateTime? At) : ScanResult;

    /// <summary>Reads the newest pod.</summary>
    /// <param name="pod">Newest pod; null when there is none.</param>
    /// <param name="scanner">The scanner that ran.</param>
    /// <param name="most">Bounds the worst findings.</param>
    public static ScanResult Of(V1Pod? pod, WireEnum<ScannerKind> scanner, int most = ScanSummary.Worst)
    {
        DateTime? database = null;
        var lister = Ended(pod?.Status?.InitContainerStatuses, ScanJob.Lister);
        if (Ended(pod?.Status?.InitContainerStatuses, ScannerPod.DatabaseCopier) is { ExitCode: not 0 } uncopied)
        {
            return new Failed($"its database couldn't be copied: {LastLine(uncopied)}", uncopied.FinishedAt);
        }

        var scan = Ended(pod?.Status?.ContainerStatuses, ScanJob.Scanner);
        var report = Ended(pod?.Status?.ContainerStatuses, ScanJob.Reporter);
        return (lister, scan, report) switch
        {
            (_, _, { ExitCode: 0, Message: var message })
                when ScanSummary.TryReadDated(message, most, out var found, out database) => new Found(
                found!,
                database
            ),
            (_, _, { ExitCode: 0 }) => new Failed("the reduced report can't be read", report.FinishedAt),
            (_, _, { } unread) => new Failed($"its report can't be read: {LastLine(unread)}", unread.FinishedAt),
            ({ ExitCode: not 0 } unlisted, _, _) => new Failed(
                $"its packages couldn't be listed: {LastLine(unlisted)}",
                unlisted.FinishedAt
            ),
            (_, { ExitCode: not 0 } broken, _)
                when !(scanner == ScannerKind.OSVScanner && broken.ExitCode == OsvFoundSome) => new Failed(
                $"{scanner} ended with exit code {broken.ExitCode}: {LastLine(broken)}",
                broken.FinishedAt
            ),
            _ => new Running(),
        };
    }

    /// <summary>Names OSV-Scanner's documented exit code for a complete scan with findings.</summary>
    private const int OsvFoundSome = 1;

    private static V1ContainerStateTerminated? Ended(IList<V1ContainerStatus>? statuses, string name) =>
        statuses?.FirstOrDefault(c => c.Name == name)?.State?.Terminated;

    private static string LastLine(V1ContainerStateTerminated ended) =>
        MaskedLog.Of(ended.Message).Split('\n').LastOrDefault(l => !string.IsNullOrWhiteSpace(l))?.Trim()
        ?? $"exit code {ended.ExitCode}";
}
