using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Transport;

/// <summary>
/// Sends requests and follows redirects by hand: a credential is shown to its own origin alone, https never becomes
/// http, and each address is judged. Failures of the network are <see cref="FetchException"/>s.
/// </summary>
/// <param name="insecure">Whether plain http is spoken at all.</param>
internal sealed class SafeHttp(HttpMessageInvoker http, Patience patience, TimeProvider time, bool insecure)
    : IDisposable
{
    private const int MostRedirects = 5;

    public void Dispose() => http.Dispose();

    /// <summary>Returns the answer that isn't a redirect, whatever its status; its body isn't read yet.</summary>
    /// <param name="request">Gives a new request for an address: method and headers.</param>
    /// <param name="address">Where to begin.</param>
    /// <param name="credential">Added wherever its origin is asked.</param>
    /// <param name="redirects">Whether they are followed; without, the answer may be one.</param>
    /// <exception cref="FetchException">The network fails, or a redirect leads where it may not.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Func<Uri, HttpRequestMessage> request,
        Uri address,
        Credential? credential,
        CancellationToken cancellation,
        bool redirects = true
    )
    {
        Demand(address, address);
        for (var hops = 0; hops <= MostRedirects; hops++)
        {
            var answer = await SendOnceAsync(request(address), credential, cancellation);
            if (
                !redirects
                || answer.StatusCode
                    is not (
                        HttpStatusCode.MovedPermanently
                        or HttpStatusCode.Found
                        or HttpStatusCode.SeeOther
                        or HttpStatusCode.TemporaryRedirect
                        or HttpStatusCode.PermanentRedirect
                    )
                || answer.Headers.Location is not { } location
            )
            {
                return answer;
            }

            answer.Dispose();
            var next = location.IsAbsoluteUri ? location : new Uri(address, location);
            Demand(next, address);
            address = next;
        }

        throw new FetchException(FetchReason.Refused, $"{address.Host} redirects more than {MostRedirects} times");
    }

    /// <summary>Reads a body into memory.</summary>
    /// <exception cref="FetchException">It is longer than allowed, or the network fails.</exception>
    public async Task<byte[]> ReadAsync(HttpResponseMessage answer, int most, CancellationToken cancellation)
    {
        using var watch = new StallWatch(patience.Stall, time, cancellation);
        using var content = new MemoryStream();
        var buffer = new byte[16 << 10];
        await using var body = await BodyAsync(answer, cancellation);
        while (await ReadSomeAsync(body, buffer, watch, Host(answer), cancellation) is > 0 and var read)
        {
            content.Write(buffer, 0, read);
            if (content.Length > most)
            {
                throw new FetchException(
                    FetchReason.Refused,
                    $"{Host(answer)} answered with more than {most} bytes where a description was asked for"
                );
            }
        }

        return content.ToArray();
    }

    public StallWatch Watch(CancellationToken cancellation) => new(patience.Stall, time, cancellation);

    /// <summary>Begins to read a body.</summary>
    public static async Task<Stream> BodyAsync(HttpResponseMessage answer, CancellationToken cancellation) =>
        await answer.Content.ReadAsStreamAsync(cancellation);

    /// <summary>Reads what is there of a body; 0 at its end.</summary>
    /// <exception cref="FetchException">The connection is cut, or nothing comes for too long.</exception>
    public static async Task<int> ReadSomeAsync(
        Stream body,
        Memory<byte> buffer,
        StallWatch watch,
        string host,
        CancellationToken cancellation
    )
    {
        try
        {
            var read = await body.ReadAsync(buffer, watch.Token);
            watch.Moved();
            return read;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new FetchException(FetchReason.Unavailable, $"{host} stopped sending in the middle of a file");
        }
        catch (Exception cause) when (cause is IOException or HttpRequestException or SocketException)
        {
            throw new FetchException(
                FetchReason.Unavailable,
                $"the connection to {host} was cut in the middle of a file",
                cause
            );
        }
    }

    /// <summary>Returns the host that answered, as it may be printed.</summary>
    public static string Host(HttpResponseMessage answer) => answer.RequestMessage?.RequestUri?.Authority ?? "it";

    /// <summary>Judges an address before it is asked.</summary>
    private void Demand(Uri next, Uri from)
    {
        var trouble =
            next.Scheme is not ("https" or "http") ? $"scheme '{next.Scheme}' is not spoken"
            : next.UserInfo.Length > 0 ? "an address must not hold credentials"
            : next.Scheme == "http" && (from.Scheme == "https" || !insecure) ? "https must not become http"
            : null;
        if (trouble is not null)
        {
            throw new FetchException(FetchReason.Refused, $"{from.Authority} leads to {next.Authority}: {trouble}");
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request,
        Credential? credential,
        CancellationToken cancellation
    )
    {
        var address = request.RequestUri!;
        if (credential is not null && credential.Origin == Origin.Of(address))
        {
            request.Headers.Authorization = credential.Header;
        }

        using var watch = new StallWatch(patience.Stall, time, cancellation);
        try
        {
            return await http.SendAsync(request, watch.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new FetchException(
                FetchReason.Unavailable,
                $"{address.Authority} did not answer within {patience.Stall.TotalSeconds:F0} s"
            );
        }
        catch (HttpRequestException cause)
        {
            throw Unwrapped(cause) ?? Unreachable(address, cause);
        }
        catch (Exception cause) when (cause is IOException or SocketException)
        {
            throw Unreachable(address, cause);
        }
    }

    /// <summary>The handler wraps what connecting throws.</summary>
    private static FetchException? Unwrapped(Exception? cause)
    {
        for (; cause is not null; cause = cause.InnerException)
        {
            if (cause is FetchException refused)
            {
                return refused;
            }
        }

        return null;
    }

    private static FetchException Unreachable(Uri address, Exception cause) =>
        cause.InnerException is AuthenticationException untrusted
            ? new FetchException(
                FetchReason.Unavailable,
                $"{address.Authority}: no trusted TLS connection: {untrusted.Message} "
                    + "(the image's CA certificates, or SSL_CERT_FILE)",
                cause
            )
            {
                Retry = false,
            }
            : new FetchException(
                FetchReason.Unavailable,
                $"{address.Authority} can't be reached: {(cause.InnerException ?? cause).Message}",
                cause
            );
}
