using System.Globalization;
using System.Net;
using System.Text.Json;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Client;

/// <summary>Waits for an API server that we can talk to.</summary>
internal sealed partial class ServerVersion(
    KubeTransport transport,
    TimeSpan requestTimeout,
    TimeProvider time,
    ILogger<ServerVersion> logger
)
{
    private const string Major = "1";

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private volatile string? _problem = "The API server hasn't answered yet.";

    /// <summary>Gets the server's minor version; null while it hasn't answered, or when it doesn't say.</summary>
    public int? Minor { get; private set; }

    /// <summary>Gets why there is none yet; null once there is.</summary>
    public string? Problem => _problem;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(250); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            _problem = await CheckAsync(cancellationToken);
            if (_problem is null)
            {
                return;
            }

            Log.Waiting(logger, _problem, pause);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var call = new KubeCall(
            new KubeRequest("get", "/version", Namespace: null, Name: null),
            HttpMethod.Get,
            "version"
        );
        await transport.TakeTurnAsync(cancellationToken);
        using var limit = new CancellationTokenSource(requestTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await transport.SendAsync(call, both.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(both.Token);
            var version = await JsonSerializer.DeserializeAsync<VersionInfo>(stream, KubeJson.Options, both.Token);
            if (version?.Major != Major)
            {
                return $"The API server is of version {version?.GitVersion}; this program speaks to "
                    + $"Kubernetes {Major}.x only.";
            }

            // Providers add signs: "33+".
            Minor = int.TryParse(
                version.Minor?.TrimEnd('+'),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var minor
            )
                ? minor
                : null;
            Log.Connected(logger, version.GitVersion);
            return null;
        }
        catch (KubeApiException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            // Some gateways hide it; every other request will tell.
            return null;
        }
        catch (KubeApiException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return KubeErrors.TimedOut(call.Request, requestTimeout, e).Message;
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return $"What answers at the API server's address is none: {e.Message}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "Connected to Kubernetes {Version}.")]
        public static partial void Connected(ILogger logger, string version);

        [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "Trying again in {Pause}: {Problem}")]
        public static partial void Waiting(ILogger logger, string problem, TimeSpan pause);
    }
}
