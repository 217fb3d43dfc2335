using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Cluster;
using KubectlGemma.Output;

namespace KubectlGemma.Local;

/// <summary>Reads what a cluster has of an object's builds, where one can be reached.</summary>
internal static class ClusterHistoryReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="connect">Connects to the cluster.</param>
    /// <param name="ns">Namespace of the object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="time">The time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ClusterHistory> ReadAsync(
        Func<GemmaCluster> connect,
        string ns,
        string name,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var cluster = connect();
            var listed = await cluster.ListAsync<GemmaBuild>(
                ns,
                $"{ApiGroup.ImageLabel}={name}",
                fields: null,
                both.Token
            );
            return new ClusterHistory(
                [.. listed.Read<GemmaBuild>().Where(b => b.Spec is not null).OrderByDescending(b => b.Number)],
                null
            );
        }
        catch (CliException e)
        {
            return new ClusterHistory([], e.Message);
        }
        catch (KubeApiException e)
        {
            return new ClusterHistory([], ClusterFailure.Of(e).Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ClusterHistory([], "the cluster doesn't answer in time");
        }
    }
}
