using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Queueing;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Talks HTTP to the API server, and nothing else does: credentials, client-side rate limit, 429 and 503 with
/// <c>Retry-After</c>, one retry on 401 with a fresh token, one on a TLS failure with a fresh CA.
/// </summary>
internal sealed partial class KubeTransport(
    KubeConnection connection,
    KubeTransportOptions options,
    ITransportObserver? observer,
    TimeProvider time,
    ILogger<KubeTransport> logger
)
{
    private const int MostWaits = 5;

    private readonly Lock _gate = new();

    private readonly string _userAgent = options.UserAgent ?? options.FieldManager;

    private readonly TokenBucket? _bucket = options.RequestsPerSecond is { } perSecond
        ? new TokenBucket(perSecond, options.Burst, time)
        : null;

    /// <summary>
    /// Gets the options by which answers are read; made when they are asked for, as a short command reads none by them.
    /// </summary>
    public KubeJson Json => field ??= KubeJson.Keeping(options.KeptManagers);

    /// <summary>
    /// Waits for the client-side limit: before every <see cref="SendAsync"/>, and before the time for the request
    /// itself begins to run. A turn that isn't waited for goes back, or those who gave up would use the limit up.
    /// </summary>
    public async ValueTask TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (_bucket is null)
        {
            return;
        }

        TimeSpan wait;
        lock (_gate)
        {
            wait = _bucket.Reserve();
        }

        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await Task.Delay(wait, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _bucket.Return();
            }

            throw;
        }
    }

    /// <summary>Sends and returns a successful response, of which only the head has been read.</summary>
    /// <exception cref="KubeApiException">Refused, or no answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(KubeCall call, CancellationToken cancellationToken)
    {
        var mayReload = true;
        for (var waits = 0; ; waits++)
        {
            if (waits > 0)
            {
                await TakeTurnAsync(cancellationToken);
            }

            var state = connection.Current;
            HttpResponseMessage response;
            try
            {
                response = await SendOnceAsync(call, state, cancellationToken);
            }
            catch (HttpRequestException e) when (mayReload && IsTlsFailure(e))
            {
                mayReload = false;
                if (TryReload(state, "the TLS handshake failed", call.Request))
                {
                    continue;
                }

                throw KubeErrors.Unreachable(call.Request, e);
            }
            catch (HttpRequestException e)
            {
                throw KubeErrors.Unreachable(call.Request, e);
            }
            catch (IOException e)
            {
                throw KubeErrors.Unreachable(call.Request, e);
            }

            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            var error = await KubeErrors.ReadAsync(call.Request, response, time, cancellationToken);
            response.Dispose();
            if (
                error.Code == HttpStatusCode.Unauthorized
                && mayReload
                && TryReload(state, "the server answered 401", call.Request)
            )
            {
                mayReload = false;
            }
            else if (ShouldWait(error) && waits < MostWaits)
            {
                Log.Waiting(logger, call.Request, error.Reason, error.RetryAfter!.Value);
                await Task.Delay(error.RetryAfter!.Value, time, cancellationToken);
            }
            else
            {
                throw error;
            }
        }
    }

    private bool TryReload(KubeConnection.State state, string why, KubeRequest request)
    {
        var isNewer = connection.TryReload(state, out var problem);
        if (isNewer)
        {
            Log.Reloaded(logger, why, request);
        }
        else if (problem is not null)
        {
            Log.NotReloaded(logger, why, request, problem);
        }

        return isNewer;
    }

    private bool ShouldWait(KubeApiException error) =>
        error.Code is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
        && error.RetryAfter is { } wait
        && wait <= options.LongestRetryAfter;

    private static bool IsTlsFailure(HttpRequestException e) =>
        e.HttpRequestError == HttpRequestError.SecureConnectionError || e.InnerException is AuthenticationException;

    private async Task<HttpResponseMessage> SendOnceAsync(
        KubeCall call,
        KubeConnection.State state,
        CancellationToken cancellationToken
    )
    {
        var client = call.IsWatch ? state.Watches : state.Requests;
        using var message = new HttpRequestMessage(call.Method, new Uri(client.BaseUri, call.PathAndQuery))
        {
            // Every watch gets a connection of its own: one that is half-open can't take others with it.
            Version = call.IsWatch ? HttpVersion.Version11 : HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", call.Accept);
        message.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        if (options.ActsAs?.Invoke(call.Request) is { } user)
        {
            message.Headers.TryAddWithoutValidation("Impersonate-User", user);
            message.Headers.TryAddWithoutValidation("Impersonate-Group", options.ImpersonatedGroups);
        }

        if (call.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType);
        }

        var started = time.GetTimestamp();
        int? code = null;
        try
        {
            await AuthorizeAsync(message, call, state, cancellationToken);
            call.Fence?.EnsureOpen();
            var response = await client.HttpClient.SendAsync(
                message,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            code = (int)response.StatusCode;
            return response;
        }
        finally
        {
            observer?.Sent(call.Request.Verb, call.Method.Method, client.BaseUri, code, time.GetElapsedTime(started));
        }
    }

    /// <summary>
    /// Adds the credentials. A token's file may be missing for a moment, a login program may fail: both are tried again
    /// like an outage.
    /// </summary>
    private static async Task AuthorizeAsync(
        HttpRequestMessage message,
        KubeCall call,
        KubeConnection.State state,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await (state.Credentials?.ProcessHttpRequestAsync(message, cancellationToken) ?? Task.CompletedTask);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw KubeErrors.NoCredentials(call.Request, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 100,
            Level = LogLevel.Information,
            Message = "Read the cluster's configuration again because {Why} ({Request})."
        )]
        public static partial void Reloaded(ILogger logger, string why, KubeRequest request);

        [LoggerMessage(
            EventId = 102,
            Level = LogLevel.Warning,
            Message = "The cluster's configuration, read again because {Why} ({Request}), can't be used: {Problem}"
        )]
        public static partial void NotReloaded(ILogger logger, string why, KubeRequest request, string problem);

        [LoggerMessage(
            EventId = 101,
            Level = LogLevel.Information,
            Message = "The API server asked to wait {Wait} before {Request} ({Reason})."
        )]
        public static partial void Waiting(ILogger logger, KubeRequest request, string reason, TimeSpan wait);
    }
}
