using System.Net;
using System.Net.Http.Headers;
using GemmaOperator.Api.Validation;
using GemmaOperator.Egress;
using GemmaOperator.Text;

namespace GemmaOperator.Hub;

/// <summary>
/// Asks a Hugging Face hub what a revision is. Users word the questions: addresses are judged, the token is shown to
/// the endpoint alone, and time and size of each answer are bounded.
/// </summary>
/// <param name="http">Judges addresses (<see cref="EgressHandler"/>), and follows no redirect by itself.</param>
/// <param name="own">The operator's own hub, which may speak plain HTTP: whoever runs the operator chose it.</param>
/// <param name="time">What waits are measured by.</param>
/// <param name="egress">Says which hosts may be anywhere; null: none.</param>
internal sealed class HubClient(HttpClient http, HubEndpoint own, TimeProvider time, EgressPolicy? egress = null)
{
    /// <summary>A hub that hasn't answered a request by then, body included, is down.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    private const int MostRedirects = 5;
    private const int ListingLimit = 8 << 20;
    private const int ConfigLimit = 1 << 20;

    /// <summary>Returns what the revision is now.</summary>
    /// <param name="source">Which.</param>
    /// <param name="token">Access token; null means none.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="HubException">It can't be had.</exception>
    public async Task<HubRevision> ReadAsync(HubSource source, string? token, CancellationToken cancellationToken)
    {
        CheckEndpoint(source);
        var revision = Uri.EscapeDataString(source.Revision);
        var what = $"{source.Endpoint}/{source.Repository}";
        var listing = await GetAsync(
            source,
            $"api/models/{source.Repository}/revision/{revision}?blobs=true",
            token,
            ListingLimit,
            what,
            cancellationToken
        );
        var (commit, files) = HubAnswer.Revision(listing, what);
        if (!files.Any(f => f.Path == "config.json"))
        {
            return new HubRevision(commit, files, null);
        }

        // The listing of a gated repository is everybody's; its files aren't.
        what = $"{what}, file config.json";
        var config = await GetAsync(
            source,
            $"{source.Repository}/resolve/{commit}/config.json",
            token,
            ConfigLimit,
            what,
            cancellationToken
        );
        return new HubRevision(commit, files, HubAnswer.ModelType(config, what));
    }

    private void CheckEndpoint(HubSource source)
    {
        var address = source.Endpoint.Address;
        if (IPAddress.TryParse(address.IdnHost, out var ip) && ReservedAddress.Contains(ip))
        {
            throw new HubException(HubError.Refused, $"{source.Endpoint} is in a range that no hub is in");
        }

        if (address.Scheme != Uri.UriSchemeHttps && !source.Insecure && !address.IsLoopback && source.Endpoint != own)
        {
            throw new HubException(HubError.Refused, $"{source.Endpoint} isn't https, and hub.insecure isn't set");
        }
    }

    private async Task<byte[]> GetAsync(
        HubSource source,
        string below,
        string? token,
        int limit,
        string what,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var url = new Uri(source.Endpoint.Address, below);
            for (var redirects = 0; redirects <= MostRedirects; redirects++)
            {
                using var request = Request(source, url, token);
                using var response = await http.SendAsync(
                    request,
                    HttpCompletionOption.ResponseHeadersRead,
                    either.Token
                );
                if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location)
                {
                    url = Follow(url, location, what);
                    continue;
                }

                return response.IsSuccessStatusCode
                    ? await BodyAsync(response, limit, what, either.Token)
                    : throw HubFailure.Of(response, what, time.GetUtcNow());
            }

            throw new HubException(HubError.Malformed, $"{what}: more than {MostRedirects} redirects");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubException(
                HubError.Unavailable,
                $"{what}: no answer within {AnswerTimeout.TotalSeconds:0} s",
                e
            );
        }
        catch (Exception e) when (EgressRefusedException.In(e) is { } refused)
        {
            var remedy = refused.Remedy.Length > 0 ? $"; {refused.Remedy}" : "";
            throw new HubException(HubError.Refused, $"{what}: {refused.Message}{remedy}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new HubException(HubError.Unavailable, $"{what}: {HttpWords.Of(e)}", e);
        }
    }

    private HttpRequestMessage Request(HubSource source, Uri url, string? token)
    {
        var endpoint = source.Endpoint.Address;
        var isEndpoint = Origin.IsSame(url, endpoint);
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.ParseAdd("gemma-operator");
        request.Headers.Authorization =
            token is not null && isEndpoint ? new AuthenticationHeaderValue("Bearer", token) : null;
        request.For(isEndpoint || IsTrusted(url) ? EgressPurpose.Service : EgressPurpose.PublicStore);
        return request;
    }

    /// <summary>Judges where a hub sends the question: never down to http, nor to reserved addresses.</summary>
    private Uri Follow(Uri from, Uri location, string what)
    {
        var to = location.IsAbsoluteUri ? location : new Uri(from, location);
        var isPlain = to.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp;
        var isReserved = IPAddress.TryParse(to.IdnHost, out var ip) && ReservedAddress.Contains(ip);
        return
            (to.Scheme == Uri.UriSchemeHttps || isPlain)
            && to.UserInfo.Length == 0
            && !isReserved
            && (!to.IsLoopback || IsTrusted(to))
            ? to
            : throw new HubException(HubError.Refused, $"{what}: it redirects to where nothing may be asked");
    }

    private bool IsTrusted(Uri url) => egress?.IsTrusted(url) == true;

    private static async Task<byte[]> BodyAsync(
        HttpResponseMessage response,
        int limit,
        string what,
        CancellationToken cancellationToken
    )
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 << 10];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > limit)
            {
                throw new HubException(HubError.Malformed, $"{what}: the answer is larger than {limit >> 20} MiB");
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }
}
