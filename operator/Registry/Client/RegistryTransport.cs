using System.Net;
using System.Net.Http.Headers;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

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
            catch (RegistryException e)
                when (e is { IsTransient: true, IsSilence: false } && call.MayRepeat && attempt < Attempts)
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
        var known = _authenticator.Known(call.Location.Host, call.Scope);
        var response = await AnswerAsync(call, known, cancellationToken);
        if (await AuthorizeAsync(call, response, known is null, cancellationToken) is { } header)
        {
            response.Dispose();
            response = await AnswerAsync(call, header, cancellationToken);
        }

        if (response.IsSuccessStatusCode || call.Accepts.Contains(response.StatusCode))
        {
            return response;
        }

        using (response)
        {
            throw RegistryFailure.Of(
                response,
                call.ToString(),
                await BoundedBody.TextAsync(response, time, cancellationToken),
                time.GetUtcNow(),
                Advice(call)
            );
        }
    }

    /// <summary>
    /// Returns what to send the request with once more; null when nothing would change the answer. Some registries hide
    /// what is private from strangers (403, 404) and say what they want at /v2/ alone.
    /// </summary>
    private async Task<AuthenticationHeaderValue?> AuthorizeAsync(
        RegistryCall call,
        HttpResponseMessage response,
        bool isAnonymous,
        CancellationToken cancellationToken
    )
    {
        // What another host asks for is none of this registry's business.
        if (
            !IsOfRegistry(call)
            || response.RequestMessage?.RequestUri is { } by && !Redirects.IsSameOrigin(by, call.Url)
        )
        {
            return null;
        }

        if (
            response.StatusCode == HttpStatusCode.Unauthorized
            && AuthChallenge.Of(response.Headers.WwwAuthenticate) is { } challenge
        )
        {
            _authenticator.Forget(call.Location.Host, call.Scope);
            return await MeetAsync(challenge, call, cancellationToken);
        }

        var isHidden =
            response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            && isAnonymous
            && (call.Content is null || call.MayRepeat)
            && Credential(call) is not null;
        return isHidden ? await IntroduceAsync(call, cancellationToken) : null;
    }

    private async Task<AuthenticationHeaderValue?> IntroduceAsync(
        RegistryCall call,
        CancellationToken cancellationToken
    )
    {
        var hello = call with
        {
            Method = HttpMethod.Get,
            Url = new Uri(Url(call.Location, ""), "/v2/"),
            Content = null,
            Accept = [],
        };
        using var answer = await AnswerAsync(hello, null, cancellationToken);
        var challenge = AuthChallenge.Of(answer.Headers.WwwAuthenticate);
        return (challenge, Credential(call)) switch
        {
            ({ } asked, _) => await MeetAsync(asked, call, cancellationToken),
            (_, { Username.Length: > 0 }) => await MeetAsync(AuthChallenge.Basic, call, cancellationToken),
            _ => null,
        };
    }

    private async Task<AuthenticationHeaderValue?> MeetAsync(
        AuthChallenge challenge,
        RegistryCall call,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _authenticator.MeetAsync(
                challenge,
                call.Location.Host,
                call.Scope,
                Credential(call),
                either.Token
            );
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silence(call, $"{call}: the token service doesn't answer within {AnswerTimeout.TotalSeconds:0} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{call}: the token service doesn't answer: {Explain(call, e, challenge.Host)}",
                e
            );
        }
    }

    private RegistryCredential? Credential(RegistryCall call) => access.CredentialFor(call.Location);

    /// <summary>
    /// A registry may send an upload to a store elsewhere, which has no business with our credentials.
    /// </summary>
    private bool IsOfRegistry(RegistryCall call) =>
        Url(call.Location, "") is var registry
        && call.Url.Authority == registry.Authority
        && (call.Url.Scheme == registry.Scheme || call.Url.Scheme == Uri.UriSchemeHttps);

    private string Explain(RegistryCall call, Exception failure, string host) =>
        ConnectionFailure.Explain(failure, host, Advice(call));

    private RegistryAdvice Advice(RegistryCall call) => access.About(call.Repository, call.Location);

    private static RegistryException Silence(RegistryCall call, string message, Exception inner) =>
        new(RegistryError.Unavailable, message, inner) { SilentHost = call.Repository.Host };

    /// <summary>Sends it, and follows where a read is sent on to, without credentials from there on.</summary>
    private async Task<HttpResponseMessage> AnswerAsync(
        RegistryCall call,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        var isRead = call.Content is null && (call.Method == HttpMethod.Get || call.Method == HttpMethod.Head);
        var at = call.Url;
        for (var hops = 0; ; hops++)
        {
            var response = await AskAsync(call, at, IsFor(call, at) ? authorization : null, cancellationToken);
            if (!isRead || !Redirects.Is(response.StatusCode))
            {
                return response;
            }

            using (response)
            {
                at = Redirects.Target(at, response, call.ToString());
            }

            if (hops == Redirects.Most)
            {
                throw new RegistryException(
                    RegistryError.Invalid,
                    $"{call}: it is sent on more than {Redirects.Most} times, at last to {Quoted.Of(at.Authority)}"
                );
            }
        }
    }

    /// <summary>Tells whether the registry's credentials may go to a URL: to no other scheme, host or port.</summary>
    private bool IsFor(RegistryCall call, Uri at) =>
        IsOfRegistry(call) && (at == call.Url || Redirects.IsSameOrigin(at, call.Url));

    private async Task<HttpResponseMessage> AskAsync(
        RegistryCall call,
        Uri at,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(call.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(call.Method, at);
        request.Headers.Authorization = authorization;
        foreach (var type in call.Accept)
        {
            request.Headers.Accept.ParseAdd(type);
        }

        try
        {
            request.Content = call.Content is null ? null : await call.Content(either.Token);
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException e) when (!either.IsCancellationRequested)
        {
            // The handler has a limit of its own for connections.
            throw Silence(
                call,
                $"{call}: {at.Authority} can't be reached in time; check the host {Advice(call).Where}",
                e
            );
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silence(call, $"{call}: no answer within {call.Timeout.TotalSeconds:0} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RegistryException(RegistryError.Unavailable, $"{call}: {Explain(call, e, at.Authority)}", e);
        }
    }

    private static string HostOnWire(string host) =>
        host == ImageRepository.DefaultHost ? "registry-1.docker.io" : host;
}
