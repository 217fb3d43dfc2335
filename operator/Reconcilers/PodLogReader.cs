using GemmaOperator.Build;
using GemmaOperator.Runtime;
using k8s.Models;

namespace GemmaOperator.Reconcilers;

/// <summary>Asks for the end of an executor's log.</summary>
internal sealed class PodLogReader(IKubeApi api)
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
        catch (KubeApiException)
        {
            return null;
        }
    }
}
