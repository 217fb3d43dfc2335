using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Cluster;

/// <summary>Asks for the end of a container's log.</summary>
internal sealed partial class PodLogReader(IKubeApi api, ILogger<PodLogReader> logger)
{
    /// <summary>
    /// Bounds what is asked for: the step that failed is among these lines unless it wrote more than them, and then its
    /// end is all there is to say.
    /// </summary>
    private static readonly (int Lines, int Bytes) OfFailure = (5_000, 256 * 1024);

    /// <summary>
    /// Reads the end of the log and never fails; returns null when there is no log, or it may not be read: the
    /// termination message must do then.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container in it.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <param name="bounds">How much of the end is asked for; null for that of a failure.</param>
    public async Task<string?> ReadAsync(
        V1Pod pod,
        string container,
        CancellationToken cancellationToken,
        (int Lines, int Bytes)? bounds = null
    )
    {
        var (lines, bytes) = bounds ?? OfFailure;
        try
        {
            return
                await api.ReadLogAsync(
                    pod.Metadata.NamespaceProperty,
                    pod.Metadata.Name,
                    container,
                    lines,
                    bytes,
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
            Message = "The log of a build's pod can't be read: {Error}"
        )]
        public static partial void Unread(ILogger logger, string error);
    }
}
