using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Transport;

namespace GemmaInference.Fetch.Hub;

/// <summary>
/// Speaks a hub's API: what a revision holds, and the bytes of its files, which a hub gives itself or redirects to
/// whoever stores them. The token is shown to the hub alone.
/// </summary>
/// <param name="token">Null for nobody.</param>
internal sealed class HubClient(
    HubReference model,
    HubEndpoint endpoint,
    string? token,
    SafeHttp http,
    Retrying retrying,
    TimeProvider time
) : IFileSource
{
    private readonly HubAnswer _answers = new(model, endpoint, token is not null, time);

    private readonly Credential? _credential = token is null
        ? null
        : new Credential(endpoint.Origin, new AuthenticationHeaderValue("Bearer", token));

    /// <summary>Where a hub redirected to, by file: asking it for every range would exhaust its rate limit.</summary>
    private readonly ConcurrentDictionary<string, Uri> _stores = new(StringComparer.Ordinal);

    private string _commit = model.Commit ?? "";

    /// <summary>Asks what the revision holds.</summary>
    public async Task<HubListing> ListAsync(CancellationToken cancellation)
    {
        var address = new Uri(
            endpoint.Below(["api", "models", .. model.Repository.Split('/'), "revision", model.Revision])
                + "?blobs=true"
        );
        var listing = await retrying.RunAsync(
            async stop =>
            {
                using var answer = await http.SendAsync(Get, address, _credential, stop);
                return answer.IsSuccessStatusCode
                    ? HubListing.Parse(await http.ReadAsync(answer, HubListing.MaxBytes, stop), SafeHttp.Host(answer))
                    : throw _answers.Judge(answer, file: null);
            },
            progress: null,
            cancellation
        );
        _commit = listing.Commit;
        return listing;
    }

    /// <summary>Completes what a listing left out, as mirrors do, by asking for the file's headers.</summary>
    public async Task<RemoteFile> DescribeAsync(HubEntry entry, CancellationToken cancellation)
    {
        var name = entry.Path.Value;
        if (entry is { Size: { } known, Hash: { } stated })
        {
            return new RemoteFile(entry.Path, known, stated, name);
        }

        return await retrying.RunAsync(
            async stop =>
            {
                // The hub's own headers: they stand on the redirect, so it isn't followed.
                using var answer = await http.SendAsync(
                    address => new HttpRequestMessage(HttpMethod.Head, address)
                    {
                        Headers = { { "Accept-Encoding", "identity" } },
                    },
                    AddressOf(name),
                    _credential,
                    stop,
                    redirects: false
                );
                if (!answer.IsSuccessStatusCode && (int)answer.StatusCode is not (>= 300 and < 400))
                {
                    throw _answers.Judge(answer, name);
                }

                var tag = (Header(answer, "X-Linked-ETag") ?? Header(answer, "ETag"))?.Trim('"');
                var hash = entry.Hash ?? ContentHash.Sha256(tag) ?? ContentHash.GitBlob(tag);
                var size =
                    entry.Size
                    ?? (
                        long.TryParse(
                            Header(answer, "X-Linked-Size"),
                            NumberStyles.None,
                            CultureInfo.InvariantCulture,
                            out var linked
                        )
                            ? linked
                        : answer.IsSuccessStatusCode ? answer.Content.Headers.ContentLength
                        : null
                    );
                return hash is null || size is null
                    ? throw new FetchException(
                        FetchReason.HashMismatch,
                        $"{endpoint} says neither in its listing nor in its headers what {name} must hash to"
                    )
                    : new RemoteFile(entry.Path, size.Value, hash, name);
            },
            progress: null,
            cancellation
        );
    }

    /// <inheritdoc/>
    public async Task<HttpResponseMessage> OpenAsync(
        RemoteFile file,
        long start,
        long? end,
        CancellationToken cancellation
    )
    {
        var atStore = _stores.TryGetValue(file.Key, out var store);
        var answer = await http.SendAsync(
            address =>
            {
                var request = Get(address);
                request.Headers.Range = end is { } last ? new RangeHeaderValue(start, last - 1) : null;
                return request;
            },
            atStore ? store! : AddressOf(file.Key),
            _credential,
            cancellation
        );
        var from = answer.RequestMessage!.RequestUri!;
        var isHub = Origin.Of(from) == endpoint.Origin;
        if (
            answer.StatusCode == HttpStatusCode.OK
            || (answer.StatusCode == HttpStatusCode.PartialContent && end is not null)
        )
        {
            if (!isHub)
            {
                _stores[file.Key] = from;
            }

            return answer;
        }

        using (answer)
        {
            _stores.TryRemove(file.Key, out _);
            // An address that a hub gave ends after a while: it is asked for a new one.
            throw atStore && (int)answer.StatusCode is >= 400 and < 500 and not 429
                ? new FetchException(FetchReason.Unavailable, $"{from.Authority} answered {(int)answer.StatusCode}")
            : isHub ? _answers.Judge(answer, file.Key)
            : _answers.Failed(answer);
        }
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static HttpRequestMessage Get(Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        // What a proxy packs would have other lengths and no ranges.
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        request.Headers.TryAddWithoutValidation("User-Agent", "gemma-inference");
        return request;
    }

    private Uri AddressOf(string name) =>
        endpoint.Below([.. model.Repository.Split('/'), "resolve", _commit, .. name.Split('/')]);
}
