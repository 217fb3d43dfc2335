using GemmaOperator.Cluster.Gpus;
using GemmaOperator.Registry.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Lines;

/// <summary>
/// Lists the nodes that have GPUs, once for all objects and for a while: a driver is updated with its node drained, and
/// a thousand objects ask. What was read last counts while the API server doesn't answer.
/// </summary>
internal sealed class GpuNodeReader(IKubeApi api, TimeProvider time)
{
    private const int PageSize = 500;

    /// <summary>Bounds what is kept: placing a pod needs all labels of a node.</summary>
    private const int Most = 5000;

    /// <summary>Says for how long an answer serves all.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromMinutes(1);

    /// <summary>Bounds the wait for a page: there are many where there are thousands of nodes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SharedQuestions<string, (IReadOnlyList<GpuNode>? Nodes, DateTimeOffset Until)> _asked = new(1);
    private IReadOnlyList<GpuNode>? _known;

    /// <summary>Returns them; null where nodes may not be seen, or couldn't be yet.</summary>
    public async Task<IReadOnlyList<GpuNode>?> ReadAsync(CancellationToken cancellationToken)
    {
        var (nodes, _) = await _asked.AskAsync(
            "nodes",
            ListAsync,
            known => known.Until > time.GetUtcNow(),
            cancellationToken
        );
        return nodes;
    }

    private async Task<(IReadOnlyList<GpuNode>? Nodes, DateTimeOffset Until)> ListAsync()
    {
        var pause = GoodFor;
        try
        {
            var all = new List<GpuNode>();
            string? next = null;
            do
            {
                using var deadline = new CancellationTokenSource(Patience, time);
                var page = await api.ListAsync<V1Node>(
                    new ListQuery { Limit = PageSize, Continue = next },
                    deadline.Token
                );
                all.AddRange(page.Items.Select(GpuNode.Read).OfType<GpuNode>());
                next = page.Continue;
            } while (next is not null && all.Count < Most);

            _known = all;
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            // An operator of one namespace: that won't pass by itself.
            _known = null;
        }
        catch (Exception e) when (e is KubeApiException or OperationCanceledException)
        {
            pause = AgainAfterFailure;
        }

        return (_known, time.GetUtcNow() + pause);
    }
}
