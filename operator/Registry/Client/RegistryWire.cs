using System.Net;
using System.Net.Http.Headers;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Sends one request, and follows where a read is sent on to: within the registry with its credentials, elsewhere
/// without any, and only for content that a digest names.
/// </summary>
internal sealed class RegistryWire(HttpClient http, RegistryAccess access, TimeProvider time)
{
    public async Task<HttpResponseMessage> AnswerAsync(
        RegistryCall call,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        var isRead = call.Content is null && (call.Method == HttpMethod.Get || call.Method == HttpMethod.Head);
        var (at, purpose) = (call.Url, EgressPurpose.Service);
        for (var hops = 0; ; hops++)
        {
            var isHome = Origin.IsSame(at, call.Url);
            var response = await AskAsync(call, at, purpose, isHome ? authorization : null, cancellationToken);
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

            purpose =
                EgressPolicy.MayReadAt(call.Url, at) ? EgressPurpose.Service
                : call.IsOfContent ? EgressPurpose.PublicStore
                : throw Redirects.Refused(
                    $"{call}: it is sent on to {Quoted.Of(at.Authority)}, which isn't asked: only the content of blobs "
                        + "may come from elsewhere; name that host, if it is the registry's",
                    Advice(call)
                );
        }
    }

    /// <summary>Tells whether an answer is the registry's own.</summary>
    public static bool IsBy(HttpResponseMessage response, Uri registry) =>
        response.RequestMessage?.RequestUri is not { } by || Origin.IsSame(by, registry);

    /// <summary>Says no word of what another host answered: what it is was never proved.</summary>
    public static RegistryException ElsewhereFailed(RegistryCall call, HttpStatusCode? status, Uri at)
    {
        var isAway =
            status
            is null
                or >= HttpStatusCode.InternalServerError
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.RequestTimeout;
        return new RegistryException(
            isAway ? RegistryError.Unavailable : RegistryError.Invalid,
            $"{call}: it is sent on to {Quoted.Of(at.Authority)}, which doesn't answer with it"
        );
    }

    public static RegistryException Silence(RegistryCall call, string message, Exception inner) =>
        new(RegistryError.Unavailable, message, inner) { SilentHost = call.Repository.Host };

    public string Explain(RegistryCall call, Exception failure, string host) =>
        ConnectionFailure.Explain(failure, host, Advice(call));

    public RegistryAdvice Advice(RegistryCall call) => access.About(call.Repository, call.Location);

    /// <summary>Asks a public address first, where nothing has to be proved before it is passed on.</summary>
    private async Task<HttpResponseMessage> AskAsync(
        RegistryCall call,
        Uri at,
        EgressPurpose purpose,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await AskOnceAsync(call, at, purpose, authorization, cancellationToken);
        }
        catch (RegistryException e)
            when (purpose == EgressPurpose.PublicStore
                && EgressRefusedException.In(e) is { Refusal: EgressRefusal.NotPublic }
            )
        {
            return await AskOnceAsync(call, at, EgressPurpose.PrivateStore, authorization, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> AskOnceAsync(
        RegistryCall call,
        Uri at,
        EgressPurpose purpose,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(call.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(call.Method, at);
        request.For(purpose);
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
        catch (Exception e) when (EgressRefusedException.In(e) is { } refused)
        {
            throw EgressFailure.Of(refused, call.ToString(), Advice(call));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw purpose == EgressPurpose.Service
                ? new RegistryException(RegistryError.Unavailable, $"{call}: {Explain(call, e, at.Authority)}", e)
                : ElsewhereFailed(call, null, at);
        }
    }
}
