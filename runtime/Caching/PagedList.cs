using System.Buffers;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Lists all objects of a kind, page by page. A page that is too large is given up and asked for in smaller ones: what
/// others hang on their objects must not fill memory.
/// </summary>
internal sealed class PagedList<T>(IKubeApi api, ReflectorOptions options)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Bounds a page, in bytes.</summary>
    private const int LargestPage = 4 << 20;

    /// <summary>Returns the objects, those that can't be read, and the version from which a watch may start.</summary>
    public async Task<(List<T> Items, List<Unreadable> Unreadable, string ResourceVersion)> ReadAsync(
        CancellationToken cancellationToken
    )
    {
        var query = new ListQuery
        {
            Namespace = options.Namespace,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            Limit = options.PageSize,
            MostBytes = LargestPage,
            Buffer = new ArrayBufferWriter<byte>(),
        };
        var items = new List<T>();
        var unreadable = new List<Unreadable>();
        KubePage<T> page;
        while (true)
        {
            try
            {
                page = await api.ListAsync<T>(query, cancellationToken);
            }
            catch (KubeApiException e) when (e.IsExpired && query.Continue is not null)
            {
                // The snapshot was compacted while we paged through it: one page that holds all can't expire.
                items.Clear();
                unreadable.Clear();
                query = query with { Continue = null, Limit = null };
                continue;
            }
            catch (KubeApiException e) when (e.Reason == KubeErrors.TooLargeReason && query.Limit != 1)
            {
                // From the same place on: a token to continue with goes with any limit.
                var smaller = Math.Max(1, Math.Min(query.Limit ?? int.MaxValue, options.PageSize) / 4);
                query = query with { Limit = smaller, Buffer = new ArrayBufferWriter<byte>() };
                continue;
            }

            items.AddRange(page.Items);
            unreadable.AddRange(page.Unreadable);
            if (page.Continue is null)
            {
                return (items, unreadable, page.ResourceVersion);
            }

            query = query with { Continue = page.Continue };
        }
    }
}
