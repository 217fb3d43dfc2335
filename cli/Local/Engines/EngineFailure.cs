using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;
using GemmaOperator.Text;
using KubectlGemma.Output;

namespace KubectlGemma.Local.Engines;

/// <summary>Says in one line what is wrong with an engine, or with what it was asked for.</summary>
internal static class EngineFailure
{
    private const int MostOfMessage = 400;

    private const string AskWithTls =
        "if it speaks TLS, set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a Docker context with certificates";

    /// <summary>Returns null for what isn't the engine's.</summary>
    public static CliException? Of(Exception failure, EngineEndpoint endpoint) =>
        failure switch
        {
            CliException => null,
            DockerApiException refused => new CliException(
                refused.StatusCode switch
                {
                    HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCode.NotAllowed,
                    >= HttpStatusCode.InternalServerError => ExitCode.Failed,
                    _ => ExitCode.Refused,
                },
                $"the engine at {endpoint} {(IsFault(refused) ? "failed" : "refuses")}: {Said(refused)}",
                refused
            ),
            HttpRequestException or IOException or SocketException => Unreachable(failure, endpoint),
            JsonException or NotSupportedException or FormatException => NoEngine(endpoint, failure),
            _ => null,
        };

    /// <summary>Tidies what an engine says: one line, bounded, without what looks like a credential.</summary>
    public static string Tidy(string? text) =>
        Truncation.Shorten(
            MaskedLog.Clean(text ?? "").ReplaceLineEndings(" ").Trim() is { Length: > 0 } said
                ? said
                : "it says nothing",
            MostOfMessage
        );

    private static CliException Unreachable(Exception failure, EngineEndpoint endpoint)
    {
        var socket = Causes(failure).OfType<SocketException>().FirstOrDefault();
        if (endpoint.Socket is { } path && socket?.SocketErrorCode == SocketError.AccessDenied)
        {
            return new CliException(
                ExitCode.NotAllowed,
                $"you may not use the engine's socket {path}; become a member of its group ('ls -l {path}' shows it; "
                    + "log in anew then), or use an engine without root",
                failure
            );
        }

        if (Causes(failure).OfType<EngineDistrustException>().FirstOrDefault() is { } distrust)
        {
            return new CliException(
                ExitCode.NoCluster,
                $"the engine at {endpoint} (by {endpoint.By}) isn't trusted: {distrust.Message}",
                failure
            );
        }

        if (endpoint.Tls is { } files && socket is null)
        {
            return new CliException(
                ExitCode.NoCluster,
                $"the engine at {endpoint} (by {endpoint.By}) ends the connection: {Unwelcome(files)} ("
                    + $"{Tidy(Causes(failure).Last().Message)})",
                failure
            );
        }

        var why =
            endpoint.Socket is { } there && !File.Exists(there) ? "there is no such socket"
            : socket?.SocketErrorCode == SocketError.ConnectionRefused ? "nobody listens there"
            : socket is not null ? Tidy(socket.Message)
            : $"the connection broke ({Tidy(Causes(failure).Last().Message)})"
                + (endpoint.Socket is null ? $"; {AskWithTls}" : "");
        return new CliException(
            ExitCode.NoCluster,
            $"no container engine answers at {endpoint} (by {endpoint.By}): {why}; start one, or name another by "
                + "--engine, --engine-context or DOCKER_HOST",
            failure
        );
    }

    /// <summary>Says that an engine refuses to be asked without TLS, before it knows what is asked.</summary>
    public static CliException NoTls(EngineEndpoint endpoint, Exception inner) =>
        new(
            ExitCode.NoCluster,
            $"what answers at {endpoint} (by {endpoint.By}) refuses even to say what it is; {AskWithTls}",
            inner
        );

    /// <summary>Says that something else than an engine answers.</summary>
    public static CliException NoEngine(EngineEndpoint endpoint, Exception? inner = null) =>
        new(
            ExitCode.NoCluster,
            $"what answers at {endpoint} (by {endpoint.By}) isn't the API of a container engine",
            inner
        );

    /// <summary>Says what an engine that speaks TLS may have against who asks: it tells no reason.</summary>
    private static string Unwelcome(EngineTlsFiles files) =>
        files.Certificate is { } certificate
            ? $"it speaks no TLS, or doesn't take the certificate {certificate}{EngineTrust.ValidityIn(certificate)}"
            : "it speaks no TLS, or wants a certificate, and none is here (cert.pem and key.pem beside ca.pem)";

    private static bool IsFault(DockerApiException refused) => refused.StatusCode >= HttpStatusCode.InternalServerError;

    private static string Said(DockerApiException refused)
    {
        try
        {
            if (
                JsonNode.Parse(refused.ResponseBody ?? "") is JsonObject answer
                && answer["message"] is JsonValue value
                && value.TryGetValue<string>(out var message)
            )
            {
                return Tidy(message);
            }
        }
        catch (JsonException)
        {
            // A page of something between, which tells nobody anything.
        }

        return string.Create(CultureInfo.InvariantCulture, $"status {(int)refused.StatusCode}, without a reason");
    }

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (Exception? at = failure; at is not null; at = at.InnerException)
        {
            yield return at;
        }
    }
}
