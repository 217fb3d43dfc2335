using System.Net;
using System.Net.Http.Headers;
using GemmaOperator.Egress;
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
    private readonly RegistryWire _wire = new(http, access, time);

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
        var response = await _wire.AnswerAsync(call, known, cancellationToken);
        if (await AuthorizeAsync(call, response, known is null, cancellationToken) is { } header)
        {
            response.Dispose();
            response = await _wire.AnswerAsync(call, header, cancellationToken);
        }

        if (response.IsSuccessStatusCode || call.Accepts.Contains(response.StatusCode))
        {
            return response;
        }

        using (response)
        {
            if (!RegistryWire.IsBy(response, call.Url))
            {
                throw RegistryWire.ElsewhereFailed(call, response.StatusCode, response.RequestMessage!.RequestUri!);
            }

            throw RegistryFailure.Of(
                response,
                call.ToString(),
                await BoundedBody.TextAsync(response, time, cancellationToken),
                time.GetUtcNow(),
                _wire.Advice(call)
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
        if (!RegistryWire.IsBy(response, call.Url))
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
            IsOfContent = false,
            Accept = [],
        };
        using var answer = await _wire.AnswerAsync(hello, null, cancellationToken);
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
                call.Url,
                call.Location.Host,
                call.Scope,
                Credential(call),
                either.Token
            );
        }
        catch (Exception e) when (EgressRefusedException.In(e) is { } refused)
        {
            throw EgressFailure.Of(refused, $"{call}: the token service", _wire.Advice(call));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryWire.Silence(
                call,
                $"{call}: the token service doesn't answer within {AnswerTimeout.TotalSeconds:0} s",
                e
            );
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RegistryException(
                RegistryError.Unavailable,
                $"{call}: the token service doesn't answer: {_wire.Explain(call, e, challenge.Host)}",
                e
            );
        }
    }

    private RegistryCredential? Credential(RegistryCall call) => access.CredentialFor(call.Location);

    private static string HostOnWire(string host) =>
        host == ImageRepository.DefaultHost ? "registry-1.docker.io" : host;
}
