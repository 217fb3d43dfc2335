using System.Text;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Reads;

/// <summary>Writes a container's log as it grows, until the container ends or the client goes.</summary>
internal sealed class LogFollower(ObjectStore store, TimeProvider time)
{
    /// <summary>Logs are files to a kubelet, too: it looks whether they have grown.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public async Task WriteAsync(
        ApiRequest request,
        Func<string, string, string, string?>? kubelet,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var container = LogReader.Open(request, store.Live(request).Json, kubelet);
        response.ContentType = "text/plain";
        if (container is null)
        {
            return;
        }

        var left = request.Number("limitBytes") ?? long.MaxValue;
        for (string? seen = null; left > 0; )
        {
            // Looked at before the log: what is written until then is in it.
            var hasEnded = HasEnded(request, container);
            var log = kubelet!(request.Namespace!, request.Name, container) ?? "";
            if (seen is not null && !log.StartsWith(seen, StringComparison.Ordinal))
            {
                // The container has started again, with a log of its own.
                return;
            }

            var bytes = seen is null
                ? LogReader.Part(request, log)
                : Encoding.UTF8.GetBytes(log[seen.Length..]).Take((int)Math.Min(left, int.MaxValue)).ToArray();
            seen = log;
            left -= bytes.Length;
            if (bytes.Length > 0)
            {
                await response.Body.WriteAsync(bytes, cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }

            if (hasEnded)
            {
                return;
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private bool HasEnded(ApiRequest request, string container)
    {
        lock (store.Gate)
        {
            return store.Find(request.Resource.Key, request.Namespace!, request.Name) is not { } pod
                || LogReader.StatusOf(pod.Json, container).Object("state").Object("running") is null;
        }
    }
}
