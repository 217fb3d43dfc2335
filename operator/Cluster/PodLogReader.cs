using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using Microsoft.Extensions.Logging;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Asks for the end of an executor's log.</summary>
internal sealed partial class PodLogReader(IKubeApi api, ILogger<PodLogReader> logger)
{
    /// <summary>The step that failed is within it unless it wrote more than this, and then its end is all there is to say.</summary>
    private const int MostLines = 5_000;

    private const int MostBytes = 256 * 1024;

    /// <summary>Never fails: null where there is no log, or none that may be read; the termination message has to do.</summary>
    public async Task<string?> ReadAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            return await api.ReadLogAsync(
                pod.Metadata.NamespaceProperty, pod.Metadata.Name, KanikoJob.Container, MostLines, MostBytes, cancellationToken) is { Length: > 0 } log
                ? log
                : null;
        }
        catch (KubeApiException e)
        {
            LogUnread(logger, KubeErrors.Describe(e));
            return null;
        }
    }

    [LoggerMessage(EventId = 710, Level = LogLevel.Warning, Message = "A build failed, and its log can't be read: {Error}")]
    private static partial void LogUnread(ILogger logger, string error);
}
