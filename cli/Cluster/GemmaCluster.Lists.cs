using System.Globalization;
using System.Text.Json;
using GemmaOperator.Runtime.Client;

namespace KubectlGemma.Cluster;

/// <summary>Reads lists, page by page.</summary>
internal sealed partial class GemmaCluster
{
    private const int PageSize = 500;

    /// <summary>Returns all objects of a kind as the server wrote them, and the version of the last page.</summary>
    /// <param name="ns">Null: of all namespaces.</param>
    /// <param name="labels">Label selector; null: all.</param>
    /// <param name="fields">Field selector; null: all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<ObjectList> ListAsync<T>(
        string? ns,
        string? labels,
        string? fields,
        CancellationToken cancellationToken
    ) =>
        ListAsync<T>(
            ns,
            labels,
            fields,
            async (answer, token) => ListPage.Of(JsonDocument.Parse(await answer.ReadAsByteArrayAsync(token))),
            cancellationToken
        );

    /// <summary>
    /// Returns these fields of all objects of a kind: of a long list most of the time goes into what isn't shown.
    /// </summary>
    /// <param name="ns">Null: of all namespaces.</param>
    /// <param name="labels">Label selector; null: all.</param>
    /// <param name="kept">The fields of each object.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<ObjectList> ListAsync<T>(
        string? ns,
        string? labels,
        KeptFields[] kept,
        CancellationToken cancellationToken
    )
    {
        var ofPage = KeptFields.OfList(kept);
        return ListAsync<T>(
            ns,
            labels,
            fields: null,
            async (answer, token) =>
            {
                await using var stream = await answer.ReadAsStreamAsync(token);
                return ListPage.Of(await PrunedAnswer.ReadAsync(stream, ofPage, token));
            },
            cancellationToken
        );
    }

    private async Task<ObjectList> ListAsync<T>(
        string? ns,
        string? labels,
        string? fields,
        Func<HttpContent, CancellationToken, Task<ListPage>> read,
        CancellationToken cancellationToken
    )
    {
        var resource = KubeResource.Of<T>();
        var items = new List<JsonElement>();
        string? next = null;
        string version;
        do
        {
            var page = await SendAsync(
                new KubeCall(
                    resource.Request("list", ns),
                    HttpMethod.Get,
                    new KubeQuery(resource.Path(ns))
                        .With("labelSelector", labels)
                        .With("fieldSelector", fields)
                        .With("limit", PageSize.ToString(CultureInfo.InvariantCulture))
                        .With("continue", next)
                        .ToString()
                )
                {
                    Accept = KubeAccept.List(resource),
                },
                read,
                cancellationToken
            );
            items.AddRange(page.Items);
            (next, version) = (page.Next, page.Version);
        } while (next is not null);

        return new ObjectList(items, version);
    }
}
