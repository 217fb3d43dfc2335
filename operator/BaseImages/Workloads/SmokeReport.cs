using System.Text.Json;
using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Reads what a smoke test found from its pod's termination message.</summary>
/// <param name="Ok">The server answered as asked.</param>
/// <param name="Answered">It answered at all.</param>
/// <param name="Detail">What was wrong, bounded and cleaned; empty when nothing was.</param>
internal sealed record SmokeReport(bool Ok, bool Answered, string Detail)
{
    private const int DetailLimit = 400;

    /// <summary>
    /// Returns the report among a Job's pods; null when there is none that is about <paramref name="target"/>.
    /// </summary>
    public static SmokeReport? Of(V1Job job, IEnumerable<V1Pod> pods, ImageStatus target) =>
        pods.Where(p => p.IsControlledBy(job.Metadata.Uid))
            .SelectMany(p => p.Status?.ContainerStatuses ?? [])
            .Where(c => c.Name == SmokeJob.Container)
            .Select(c => c.State?.Terminated is { ExitCode: 0 } ended ? Read(ended.Message, target.Digest) : null)
            .FirstOrDefault(report => report is not null);

    /// <summary>Returns why a Job's pod ended without a report; null when none did.</summary>
    public static string? LastWords(V1Job job, IEnumerable<V1Pod> pods) =>
        pods.Where(p => p.IsControlledBy(job.Metadata.Uid))
            .Select(p =>
                p.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == SmokeJob.Container)?.State?.Terminated
                    is { ExitCode: not 0 } ended
                    ? string.IsNullOrWhiteSpace(ended.Message)
                        ? $"exit code {ended.ExitCode}"
                        : Cleaned(ended.Message)
                    : PodEnd.Of(p) is { } end
                        ? Cleaned(end.Words)
                        : null
            )
            .FirstOrDefault(words => words is not null);

    /// <summary>Returns null for what isn't the program's word about that digest.</summary>
    public static SmokeReport? Read(string? message, string digest)
    {
        try
        {
            using var json = JsonDocument.Parse(message ?? "", new JsonDocumentOptions { MaxDepth = 4 });
            var root = json.RootElement;
            return root.GetProperty("v").GetInt32() == 1 && root.GetProperty("digest").GetString() == digest
                ? new SmokeReport(
                    root.GetProperty("ok").GetBoolean(),
                    root.GetProperty("answered").GetBoolean(),
                    Cleaned(root.GetProperty("detail").GetString() ?? "")
                )
                : null;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string Cleaned(string text) =>
        Truncation.Shorten(MaskedLog.Clean(text).ReplaceLineEndings(" ").Trim(), DetailLimit);
}
