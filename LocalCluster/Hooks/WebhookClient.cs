using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Hooks;

/// <summary>Calls webhooks, each with the certificates of its own; failures are told in Go's words.</summary>
internal sealed class WebhookClient(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);

    /// <summary>Returns what a webhook answers.</summary>
    /// <exception cref="WebhookCallException">It can't be asked, or doesn't answer with a document.</exception>
    public async Task<JsonObject> CallAsync(Webhook webhook, JsonObject review, CancellationToken cancellationToken)
    {
        var url = webhook.Url!;
        var shown =
            $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}timeout={webhook.TimeoutSeconds}s";
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(webhook.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var client = _clients.GetOrAdd(webhook.CaBundle ?? "", Make);
            using var body = new StringContent(review.Write(), Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri(shown), body, either.Token);
            var text = await response.Content.ReadAsStringAsync(either.Token);
            return response.IsSuccessStatusCode
                ? JsonNode.Parse(text) as JsonObject ?? throw new JsonException("couldn't get version/kind")
                : throw new WebhookCallException(Words((int)response.StatusCode, text));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new WebhookCallException($"Post \"{shown}\": context deadline exceeded");
        }
        catch (HttpRequestException e)
        {
            throw new WebhookCallException($"Post \"{shown}\": {Words(e, new Uri(url))}");
        }
        catch (JsonException e)
        {
            throw new WebhookCallException($"couldn't get version/kind; json parse error: {e.Message}");
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private static HttpClient Make(string bundle)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (bundle.Length > 0)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(bundle)));
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static string Words(HttpRequestException failure, Uri url)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"{url.Host}:{url.Port}");
        return failure.InnerException switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                $"dial tcp {address}: connect: connection refused",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain } =>
                $"dial tcp: lookup {url.Host}: no such host",
            AuthenticationException =>
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            { } inner => inner.Message,
            null => failure.Message,
        };
    }

    private static string Words(int code, string text) =>
        code switch
        {
            400 => "the server rejected our request for an unknown reason",
            401 => "the server has asked for the client to provide credentials",
            403 => $"forbidden: {text.Trim()}",
            404 => "the server could not find the requested resource",
            503 => "the server is currently unable to handle the request",
            504 => "the server was unable to return a response in the time allotted, but may still be processing the "
                + "request",
            >= 500 =>
                $"an error on the server ({JsonValue.Create(text.Trim()).Write()}) has prevented the request from "
                    + "succeeding",
            _ => $"the server responded with the status code {code} but did not return more information",
        };
}
