using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Turns refusals and failures into <see cref="KubeApiException"/>.</summary>
internal static class KubeErrors
{
    /// <summary>Bounds what is read, in bytes: nobody reads further into an error page.</summary>
    private const int MostBytes = 64 * 1024;

    /// <summary>Bounds waiting: a date in <c>Retry-After</c> is another machine's clock.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Marks errors of a server that ended a watch as soon as it had begun.</summary>
    public const string ClosedReason = "Closed";

    /// <summary>Marks errors of a watch that fell silent.</summary>
    public const string IdleReason = "Idle";

    /// <summary>Marks errors of a page that is larger than it may be.</summary>
    public const string TooLargeReason = "TooLarge";

    public static KubeApiException TooLarge(KubeRequest request, int bytes) =>
        new($"{request}: a page of more than {bytes} bytes", request) { Reason = TooLargeReason };

    public static KubeApiException Silent(KubeRequest request, TimeSpan after, Exception cause) =>
        new($"{request}: nothing came for {after.TotalSeconds:0.#} s", request, cause) { Reason = IdleReason };

    public static KubeApiException Closed(KubeRequest request) =>
        new($"{request}: the server closed the watch at once", request) { Reason = ClosedReason };

    public static KubeApiException Unreachable(KubeRequest request, Exception cause) =>
        new($"{request}: the API server can't be reached: {WhyUnreachable(cause)}", request, cause)
        {
            Reason = "Unreachable",
        };

    public static KubeApiException NoCredentials(KubeRequest request, Exception cause) =>
        new($"{request}: the credentials can't be read: {Innermost(cause).Message}", request, cause)
        {
            Reason = "NoCredentials",
        };

    public static KubeApiException Unexpected(KubeRequest request, Exception cause) =>
        new($"{request}: {cause.GetType().Name}: {Innermost(cause).Message}", request, cause) { Reason = "Unexpected" };

    public static KubeApiException TimedOut(KubeRequest request, TimeSpan after, Exception? cause) =>
        new($"{request}: no complete answer within {after.TotalSeconds:0.#} s", request, cause) { Reason = "Timeout" };

    public static KubeApiException Garbled(KubeRequest request, Exception cause) =>
        new($"{request}: the answer isn't what the API promises: {cause.Message}", request, cause)
        {
            Reason = "Garbled",
        };

    public static KubeApiException Of(KubeRequest request, V1Status status, TimeSpan? retryAfter = null)
    {
        var code = (HttpStatusCode)(status.Code ?? 500);
        var hint =
            code == HttpStatusCode.Unauthorized
                ? "; the token or client certificate is unknown to the server or has expired"
                : "";
        return new($"{request}: {(int)code} {status.Reason}: {status.Message}{hint}", request)
        {
            Code = code,
            Reason = string.IsNullOrEmpty(status.Reason) ? code.ToString() : status.Reason,
            Status = status,
            RetryAfter = Bounded(retryAfter ?? Seconds(status.Details?.RetryAfterSeconds)),
        };
    }

    public static async Task<KubeApiException> ReadAsync(
        KubeRequest request,
        HttpResponseMessage response,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var retryAfter = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        var body = await ReadBodyAsync(response, cancellationToken);
        if (ParseStatus(body.Span) is { } status)
        {
            status.Code ??= (int)response.StatusCode;
            return Of(request, status, retryAfter);
        }

        var text = System.Text.Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 256)]).Trim();
        return new($"{request}: {(int)response.StatusCode} {response.StatusCode}: {text}", request)
        {
            Code = response.StatusCode,
            Reason = response.StatusCode.ToString(),
            RetryAfter = Bounded(retryAfter),
        };
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[MostBytes];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return buffer.AsMemory(
                0,
                await stream.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, cancellationToken)
            );
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The status line says enough.
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    private static V1Status? ParseStatus(ReadOnlySpan<byte> body)
    {
        try
        {
            var status = JsonSerializer.Deserialize<V1Status>(body, KubeJson.Options);
            return status?.Kind == "Status" ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is > 0 ? TimeSpan.FromSeconds(seconds.Value) : null;

    /// <summary>
    /// Returns null for "at once", which a date on a clock that is behind ours means too: the backoff of whoever asked
    /// decides.
    /// </summary>
    private static TimeSpan? Bounded(TimeSpan? wait) =>
        wait > LongestWait ? LongestWait
        : wait > TimeSpan.Zero ? wait
        : null;

    /// <summary>Names the address, too, which is what is wrong in a kubeconfig more often than anything else.</summary>
    private static string WhyUnreachable(Exception cause) =>
        (cause, Innermost(cause)) switch
        {
            (HttpRequestException { InnerException: SocketException } named, _) => named.Message,
            (_, AuthenticationException tls) =>
                $"{tls.Message} Does the kubeconfig's certificate-authority fit this server?",
            (_, { } innermost) => innermost.Message,
        };

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
