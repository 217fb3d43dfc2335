using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Cluster;

/// <summary>Asks for the end of a container's log.</summary>
internal sealed partial class PodLogReader(IKubeApi api, ILogger<PodLogReader> logger)
{
    /// <summary>
    /// Bounds the lines that are asked for: the step that failed is among them unless it wrote more than this, and then
    /// its end is all there is to say.
    /// </summary>
    private const int MostLines = 5_000;

    private const int MostBytes = 256 * 1024;

    /// <summary>
    /// Reads the end of the log and never fails; returns null when there is no log, or it may not be read: the
    /// termination message must do then.
    /// </summary>
    public async Task<string?> ReadAsync(V1Pod pod, string container, CancellationToken cancellationToken)
    {
        try
        {
            return
                await api.ReadLogAsync(
                    pod.Metadata.NamespaceProperty,
                    pod.Metadata.Name,
                    container,
                    MostLines,
                    MostBytes,
                    cancellationToken
                )
                    is { Length: > 0 } log
                ? log
                : null;
        }
        catch (KubeApiException e)
        {
            Log.Unread(logger, e.Explanation);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 710,
            Level = LogLevel.Warning,
            Message = "A build failed, and its log can't be read: {Error}"
        )]
        public static partial void Unread(ILogger logger, string error);
    }
}
