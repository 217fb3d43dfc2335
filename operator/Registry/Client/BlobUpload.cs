using System.Net.Http.Headers;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Sends the body of an upload. Up to <see cref="ChunkSize"/> it goes with the closing PUT, so that a new blob costs
/// three round trips; larger ones go in chunks, since gateways in front of registries cut long requests.
/// </summary>
internal static class BlobUpload
{
    /// <summary>Bytes of one request.</summary>
    public const long ChunkSize = 256L << 20;

    public static async Task SendAsync(
        RegistryTransport transport,
        RegistryCall put,
        HttpResponseMessage started,
        Descriptor blob,
        Func<CancellationToken, Task<Stream>> open,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        var location = Location(put, started);
        await using var content = await open(cancellationToken);
        long sent = 0;
        for (; blob.Size - sent > ChunkSize; sent += ChunkSize)
        {
            var patch = Send(HttpMethod.Patch, location, new BlobChunk(content, ChunkSize), sent);
            using var answer = await transport.SendAsync(patch, cancellationToken);
            location = Location(put, answer);
        }

        var last = new UriBuilder(location);
        last.Query =
            (last.Query.Length > 1 ? last.Query[1..] + "&" : "")
            + "digest="
            + Uri.EscapeDataString(blob.Digest.ToString());
        using var done = await transport.SendAsync(
            Send(HttpMethod.Put, last.Uri, new BlobChunk(content, blob.Size - sent), sent),
            cancellationToken
        );

        // A stream can't be sent twice: a failure on the way is the caller's to repeat from the start.
        RegistryCall Send(HttpMethod method, Uri url, BlobChunk chunk, long from) =>
            put with
            {
                Method = method,
                Url = url,
                MayRepeat = false,
                Timeout = timeout,
                Content = _ =>
                {
                    chunk.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                    if (method == HttpMethod.Patch)
                    {
                        chunk.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{from + chunk.Length - 1}");
                    }

                    return Task.FromResult<HttpContent>(chunk);
                },
            };
    }

    /// <summary>
    /// Returns where the registry wants the next request, relative to where the last one went: at the registry itself,
    /// since what is uploaded, a write, is no other server's to receive.
    /// </summary>
    public static Uri Location(RegistryCall call, HttpResponseMessage response)
    {
        // What begins with a slash is taken for a file's path on some systems, but not beside a URL.
        var location = Redirects.Named(response);
        if (location.Length == 0 || !Uri.TryCreate(call.Url, location, out var url))
        {
            throw new RegistryException(
                RegistryError.Invalid,
                location.Length == 0
                    ? $"{call}: an upload was started, but the registry names no location for it"
                    : $"{call}: an upload was started, but its location is no URL: {Quoted.Of(location)}"
            );
        }

        return Origin.At(call.Url, url)
            ?? throw Redirects.Refused(
                $"{call}: the registry sends the upload to {Quoted.Of($"{url.Scheme}://{url.Authority}")}, which isn't "
                    + "itself; name that host, if it is the registry's, or let the registry know its own address (its "
                    + "external URL)"
            );
    }
}
