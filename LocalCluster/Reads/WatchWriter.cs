using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Reads;

/// <summary>Streams changes, one JSON object a line, until the client goes or its timeout passes.</summary>
internal sealed class WatchWriter(ObjectStore store, TimeProvider time, TimeSpan bookmarkInterval)
{
    /// <summary>The API server picks 30 to 60 minutes when a client names no timeout.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(45);

    private readonly ObjectRenderer _objects = new(time);

    public async Task WriteAsync(
        ApiRequest request,
        Selector selector,
        Representation representation,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(
            request.Number("timeoutSeconds") is { } s and > 0 ? TimeSpan.FromSeconds(s) : DefaultTimeout,
            time
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        response.ContentType = "application/json";
        // Starting alone keeps the head back until the first event, which on a quiet kind may be a minute away.
        await response.StartAsync(cancellationToken);
        await response.BodyWriter.FlushAsync(cancellationToken);
        try
        {
            await StreamAsync(request, selector, representation, response, either.Token);
        }
        catch (OperationCanceledException)
            when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            if (request.Text("allowWatchBookmarks") is "true" or "1" && !SendsInitialEvents(request))
            {
                await WriteLineAsync(
                    response,
                    "BOOKMARK",
                    Bookmark(request, initialEventsEnd: false),
                    cancellationToken
                );
            }
        }
    }

    private async Task StreamAsync(
        ApiRequest request,
        Selector selector,
        Representation representation,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var from = request.Number("resourceVersion") ?? 0;
        var initial = SendsInitialEvents(request) || from == 0;
        IReadOnlyList<StoredObject> existing = [];
        (
            IReadOnlyList<Change> Past,
            System.Threading.Channels.ChannelReader<Change> Future,
            IDisposable Subscription
        )? watch;
        lock (store.Gate)
        {
            if (initial)
            {
                (existing, from) = store.List(request.Resource.Key, request.Namespace);
            }

            watch = store.Watch(request.Resource.Key, from);
        }

        if (watch is not { } w)
        {
            var gone = ApiException.Expired($"too old resource version: {from} ({store.Compacted})").ToStatus();
            await WriteLineAsync(
                response,
                "ERROR",
                JsonSerializer.SerializeToUtf8Bytes(gone, JsonText.Options),
                cancellationToken
            );
            return;
        }

        using (w.Subscription)
        {
            var first = true;
            foreach (var o in existing.Where(selector.Matches))
            {
                await WriteLineAsync(response, "ADDED", Show(request, o, representation, ref first), cancellationToken);
            }

            if (SendsInitialEvents(request) && request.Text("allowWatchBookmarks") is "true" or "1")
            {
                await WriteLineAsync(
                    response,
                    "BOOKMARK",
                    Bookmark(request, initialEventsEnd: true),
                    cancellationToken
                );
            }

            foreach (var change in w.Past)
            {
                if (Seen(change, request, selector) is { } seen)
                {
                    await WriteLineAsync(
                        response,
                        seen.Type,
                        Show(request, seen.Object, representation, ref first),
                        cancellationToken
                    );
                }
            }

            await FollowAsync(w.Future, from, request, selector, representation, response, first, cancellationToken);
        }
    }

    private async Task FollowAsync(
        System.Threading.Channels.ChannelReader<Change> future,
        long from,
        ApiRequest request,
        Selector selector,
        Representation representation,
        HttpResponse response,
        bool first,
        CancellationToken cancellationToken
    )
    {
        var bookmarks = request.Text("allowWatchBookmarks") is "true" or "1";
        using var timer = new PeriodicTimer(bookmarkInterval, time);
        var tick = bookmarks ? timer.WaitForNextTickAsync(cancellationToken).AsTask() : null;
        var ready = future.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            var done = tick is null ? await Task.WhenAny(ready) : await Task.WhenAny(ready, tick);
            if (done == tick)
            {
                await tick;
                if (BookmarkUnlessBehind(request, future) is { } bookmark)
                {
                    await WriteLineAsync(response, "BOOKMARK", bookmark, cancellationToken);
                }

                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                continue;
            }

            if (!await ready)
            {
                return;
            }

            while (future.TryRead(out var change))
            {
                // A client that asked for the future hears nothing until it comes.
                if (change.Object.Version > from && Seen(change, request, selector) is { } seen)
                {
                    Append(response, seen.Type, Show(request, seen.Object, representation, ref first));
                }
            }

            await response.BodyWriter.FlushAsync(cancellationToken);
            ready = future.WaitToReadAsync(cancellationToken).AsTask();
        }
    }

    private static bool SendsInitialEvents(ApiRequest request) => request.Text("sendInitialEvents") is "true" or "1";

    /// <summary>
    /// Returns a change as it looks to whoever watches a selection: an object that comes into it was added, one that
    /// leaves it deleted; the latter is shown as it was last seen in it, under the version of the change.
    /// </summary>
    private static (string Type, StoredObject Object)? Seen(Change change, ApiRequest request, Selector selector)
    {
        if (request.Namespace is { } ns && change.Object.Namespace != ns)
        {
            return null;
        }

        var now = change.Type != ChangeType.Deleted && selector.Matches(change.Object);
        var before = change.Before is { } old && selector.Matches(old);
        return (before, now) switch
        {
            (false, true) => ("ADDED", change.Object),
            (true, true) => ("MODIFIED", change.Object),
            (true, false) => ("DELETED", change.Type == ChangeType.Deleted ? change.Object : LastSeen(change)),
            _ => null,
        };
    }

    private static StoredObject LastSeen(Change change)
    {
        var last = change.Before!.Copy();
        last.Metadata()["resourceVersion"] = change.Object.Version.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(last, change.Object.Version);
    }

    private byte[] Show(ApiRequest request, StoredObject o, Representation representation, ref bool first)
    {
        var withColumns = first;
        first = false;
        return _objects.Render(request, o, representation, withColumns);
    }

    /// <summary>
    /// Returns a bookmark, which promises that all before it was sent: null while changes wait to be.
    /// </summary>
    private byte[]? BookmarkUnlessBehind(ApiRequest request, System.Threading.Channels.ChannelReader<Change> future)
    {
        lock (store.Gate)
        {
            return future.TryPeek(out _) ? null : Bookmark(request, initialEventsEnd: false);
        }
    }

    private byte[] Bookmark(ApiRequest request, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = store.Version.ToString(CultureInfo.InvariantCulture) };
        if (!request.Resource.IsCustom)
        {
            metadata["creationTimestamp"] = null;
        }

        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["apiVersion"] = request.Resource.GroupVersion,
                ["kind"] = request.Resource.Kind,
                ["metadata"] = metadata,
            },
            JsonText.Options
        );
    }

    private static async Task WriteLineAsync(
        HttpResponse response,
        string type,
        byte[] bytes,
        CancellationToken cancellationToken
    )
    {
        Append(response, type, bytes);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    private static void Append(HttpResponse response, string type, byte[] bytes)
    {
        var writer = response.BodyWriter;
        writer.Write("{\"type\":\""u8);
        writer.Write(System.Text.Encoding.ASCII.GetBytes(type));
        writer.Write("\",\"object\":"u8);
        writer.Write(bytes);
        writer.Write("}\n"u8);
    }
}
