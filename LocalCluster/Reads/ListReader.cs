using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;
using LocalCluster.Tables;

namespace LocalCluster.Reads;

/// <summary>Lists objects, a page at a time, in every representation: UTF-8, in pieces.</summary>
internal sealed class ListReader(ObjectStore store, TimeProvider time)
{
    private static readonly byte[] Comma = [(byte)','];
    private static readonly byte[] End = [(byte)']', (byte)'}'];

    private readonly Dictionary<
        (string Resource, string? Namespace, long Version),
        IReadOnlyList<StoredObject>
    > _snapshots = [];

    public IReadOnlyList<ReadOnlyMemory<byte>> Read(
        ApiRequest request,
        Selector selector,
        Representation representation
    )
    {
        var page = Page(request, selector);
        var metadata = new JsonObject();
        if (representation == Representation.Json && page.Rest == 0)
        {
            metadata["continue"] = "";
        }

        if (representation != Representation.Json)
        {
            metadata["resourceVersion"] = Text(page.Version);
        }

        if (page.Rest > 0)
        {
            metadata["continue"] = page.Continue;
            if (request.Text("labelSelector") is null && request.Text("fieldSelector") is null)
            {
                metadata["remainingItemCount"] = page.Rest;
            }
        }

        metadata["resourceVersion"] = Text(page.Version);
        return representation switch
        {
            Representation.Table => Bytes(
                TableWriter.Write(
                    request.Resource,
                    page.Objects.Select(o => o.Copy()),
                    metadata,
                    request.Text("includeObject"),
                    withColumns: true,
                    time.GetUtcNow()
                )
            ),
            Representation.Metadata => Bytes(
                new JsonObject
                {
                    ["kind"] = "PartialObjectMetadataList",
                    ["apiVersion"] = "meta.k8s.io/v1",
                    ["metadata"] = metadata,
                    ["items"] = new JsonArray([.. page.Objects.Select(o => (JsonNode)TableWriter.Partial(o.Copy()))]),
                }
            ),
            _ => Pieces(request, metadata, page.Objects),
        };
    }

    /// <summary>Holds one page of a list.</summary>
    /// <param name="Objects">Those of this page.</param>
    /// <param name="Version">Of the whole list.</param>
    /// <param name="Rest">How many come after them, matching or not; none when 0.</param>
    /// <param name="Continue">Token for those.</param>
    private sealed record PageOf(IReadOnlyList<StoredObject> Objects, long Version, long Rest, string Continue);

    private PageOf Page(ApiRequest request, Selector selector)
    {
        IReadOnlyList<StoredObject> all;
        long version;
        var start = "";
        if (request.Text("continue") is { } token)
        {
            (version, start) = ContinueToken.Read(token);
            lock (_snapshots)
            {
                if (!_snapshots.TryGetValue((request.Resource.Key, request.Namespace, version), out all!))
                {
                    throw ApiException.Expired(
                        "The provided continue parameter is too old to display a consistent list result. You "
                            + "can start a new list without the continue parameter."
                    );
                }
            }
        }
        else
        {
            (all, version) = store.List(request.Resource.Key, request.Namespace);
            if (request.Number("resourceVersion") is { } wanted && wanted > version)
            {
                throw new ApiException(
                    504,
                    "Timeout",
                    $"Timeout: Too large resource version: {wanted}, current: {version}",
                    new JsonObject
                    {
                        ["causes"] = new JsonArray(
                            new JsonObject
                            {
                                ["reason"] = "ResourceVersionTooLarge",
                                ["message"] = "Too large resource version",
                            }
                        ),
                        ["retryAfterSeconds"] = 1,
                    }
                );
            }
        }

        var matching = all.Skip(IndexAfter(all, start, request)).Where(selector.Matches);

        // The watch cache answers resourceVersion=0 in one piece, whatever the limit.
        var limit = request.Text("resourceVersion") == "0" ? 0 : request.Number("limit") ?? 0;
        var objects = limit <= 0 ? matching.ToList() : matching.Take((int)Math.Min(limit, all.Count)).ToList();

        // A full page is followed by another while keys are left, whether or not they match (storage/etcd3/store.go).
        var last = limit > 0 && objects.Count == limit ? ContinueToken.KeyOf(objects[^1], request) : null;
        var rest = last is null ? 0 : all.Count - IndexAfter(all, last, request);
        if (rest == 0)
        {
            return new PageOf(objects, version, 0, "");
        }

        lock (_snapshots)
        {
            _snapshots[(request.Resource.Key, request.Namespace, version)] = all;
            foreach (
                var old in _snapshots
                    .Keys.Where(k => k.Version < version)
                    .Order(Comparer<(string, string?, long Version)>.Create((a, b) => a.Version.CompareTo(b.Version)))
                    .SkipLast(32)
                    .ToList()
            )
            {
                _snapshots.Remove(old);
            }
        }

        return new PageOf(objects, version, rest, ContinueToken.Write(version, last!));
    }

    /// <summary>Returns where those begin whose keys come after a key; lists are in the order of their keys.</summary>
    private static int IndexAfter(IReadOnlyList<StoredObject> all, string key, ApiRequest request)
    {
        var (low, high) = (0, all.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(ContinueToken.KeyOf(all[middle], request), key) > 0)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    /// <summary>Returns the stored bytes of the objects, and what goes around them.</summary>
    private static List<ReadOnlyMemory<byte>> Pieces(
        ApiRequest request,
        JsonObject metadata,
        IReadOnlyList<StoredObject> objects
    )
    {
        var builtin = !request.Resource.IsCustom;
        var head =
            $"{{\"apiVersion\":\"{request.Resource.GroupVersion}\",\"kind\":\"{request.Resource.Kind}List\","
            + $"\"metadata\":{(builtin ? WithoutEmptyContinue(metadata) : metadata).ToJsonString(JsonText.Options)},"
            + "\"items\":[";
        var pieces = new List<ReadOnlyMemory<byte>>((objects.Count * 2) + 2) { Encoding.UTF8.GetBytes(head) };
        for (var i = 0; i < objects.Count; i++)
        {
            if (i > 0)
            {
                pieces.Add(Comma);
            }

            pieces.Add(EventForm.Bytes(objects[i], request.Resource));
        }

        pieces.Add(End);
        return pieces;
    }

    private static JsonObject WithoutEmptyContinue(JsonObject metadata)
    {
        if (metadata.Text("continue") is "")
        {
            metadata.Remove("continue");
        }

        return metadata;
    }

    private static List<ReadOnlyMemory<byte>> Bytes(JsonObject json) =>
        [JsonSerializer.SerializeToUtf8Bytes(json, JsonText.Options)];

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
