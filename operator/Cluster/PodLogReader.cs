using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Cluster;

/// <summary>Asks for the end of a container's log.</summary>
internal sealed partial class PodLogReader(IKubeApi api, ILogger<PodLogReader> logger)
{
    /// <summary>
    /// The step that failed is within it unless it wrote more than this, and then its end is all there is to say.
    /// </summary>
    private const int MostLines = 5_000;

    private const int MostBytes = 256 * 1024;

    /// <summary>
    /// Never fails: null where there is no log, or none that may be read; the termination message has to do.
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
