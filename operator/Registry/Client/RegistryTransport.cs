using System.Net;
using System.Net.Http.Headers;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Sends one request to a registry, with authentication, a bounded wait for an answer, and bounded retries of what may
/// be repeated. The answer's headers have arrived when it returns; the body is the caller's to read.
/// </summary>
internal sealed class RegistryTransport(HttpClient http, RegistryAccess access, TimeProvider time)
{
    /// <summary>A registry that hasn't answered by then is down.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Longer waits are the caller's: it has a queue, this method holds a worker.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private const int Attempts = 3;

    private readonly RegistryAuthenticator _authenticator = new(http, access, time);

    public ImageLocation Locate(ImageRepository repository) => access.Mirrors.Locate(repository);

    public Uri Url(ImageLocation location, string below) =>
        new(
            $"{(access.IsInsecure(location.Host) ? "http" : "https")}://{HostOnWire(location.Host)}/"
                + $"v2/{location.Path}/{below}"
        );

    /// <param name="call">What is asked.</param>
    /// <param name="cancellationToken">Cancels the request, retries included.</param>
    /// <returns>
    /// An answer that is a success or one of <see cref="RegistryCall.Accepts"/>; the caller disposes of it.
    /// </returns>
    /// <exception cref="RegistryException">Anything else.</exception>
    public async Task<HttpResponseMessage> SendAsync(RegistryCall call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SendOnceAsync(call, cancellationToken);
            }
            catch (RegistryException e) when (e.IsTransient && call.MayRepeat && attempt < Attempts)
            {
                var wait = e.RetryAfter ?? TimeSpan.FromSeconds(1 << (attempt - 1));
                if (wait > LongestWait)
                {
                    throw;
                }

                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(RegistryCall call, CancellationToken cancellationToken)
    {
        var host = call.Location.Host;
        var response = await AnswerAsync(call, _authenticator.Known(host, call.Scope), cancellationToken);
        if (
            response.StatusCode == HttpStatusCode.Unauthorized
            && AuthChallenge.Of(response.Headers.WwwAuthenticate) is { } challenge
        )
        {
            _authenticator.Forget(host, call.Scope);
            var credential = access.Credentials.For(host, call.Location.Path);
            var header = await MeetAsync(challenge, host, call, credential, cancellationToken);
            if (header is not null)
            {
                response.Dispose();
                response = await AnswerAsync(call, header, cancellationToken);
            }
        }

        if (response.IsSuccessStatusCode || call.Accepts.Contains(response.StatusCode))
        {
            return response;
        }

        using (response)
        {
            var credentials = access.Credentials;
            throw RegistryFailure.Of(
                response,
                call.ToString(),
                await BoundedBody.TextAsync(response, cancellationToken),
                time.GetUtcNow(),
                credentials.For(host, call.Location.Path) is null
                    ? credentials.WhyNone(host, call.Location.Path) ?? "no credentials are set for it"
                    : null
            );
        }
    }

    private async Task<AuthenticationHeaderValue?> MeetAsync(
        AuthChallenge challenge,
        string host,
        RegistryCall call,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await _authenticator.MeetAsync(challenge, host, call.Scope, credential, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{call}: the token service doesn't answer: {e.Message}",
                e
            );
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(
        RegistryCall call,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(call.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(call.Method, call.Url);
        // A registry may send an upload to a store elsewhere, which has no business with our credentials.
        request.Headers.Authorization = call.Url.Authority == Url(call.Location, "").Authority ? authorization : null;
        foreach (var type in call.Accept)
        {
            request.Headers.Accept.ParseAdd(type);
        }

        try
        {
            request.Content = call.Content is null ? null : await call.Content(either.Token);
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{call}: no answer within {call.Timeout.TotalSeconds:0} s",
                e
            );
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RegistryException(RegistryError.Unavailable, $"{call}: {e.Message}", e);
        }
    }

    private static string HostOnWire(string host) =>
        host == ImageRepository.DefaultHost ? "registry-1.docker.io" : host;
}
