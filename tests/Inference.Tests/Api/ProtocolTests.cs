using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Inference.Tests.Engine;

namespace Inference.Tests.Api;

/// <summary>What HTTP allows and this server doesn't, and what HTTP doesn't allow: the same kind of error.</summary>
[TestFixture]
internal sealed class ProtocolTests : ServedTests
{
    private const string Body = """{"model":"tiny","prompt":"stone","max_tokens":2}""";

    [TestCase("POST", "/v1/audio/speech", 404, "unknown_url", null)]
    [TestCase("GET", "/", 404, "unknown_url", null)]
    [TestCase("GET", "/v1/completions", 405, "method_not_supported", "POST")]
    [TestCase("OPTIONS", "/v1/chat/completions", 405, "method_not_supported", "POST")]
    [TestCase("DELETE", "/v1/models/tiny", 405, "method_not_supported", "GET")]
    public async Task What_is_not_served_says_so(string method, string path, int status, string code, string? allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await Server.Client.SendAsync(request);
        await RefusedAsync(answer, status, code, $"{method} {path}");
        Assert.That(answer.Content.Headers.Allow.SingleOrDefault(), Is.EqualTo(allowed));
    }

    [TestCase(null, null, "Content-Type")]
    [TestCase("text/plain", null, "Content-Type")]
    [TestCase("application/x-www-form-urlencoded", null, "Content-Type")]
    [TestCase("application/json", "gzip", "Content-Encoding")]
    public async Task What_is_not_plain_JSON_is_refused(string? type, string? encoding, string header)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var answer = await Server.Client.PostAsync("/v1/completions", content);
        await RefusedAsync(answer, 415, "unsupported_media_type", header);
    }

    [TestCase("Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400", "bad_request")]
    [TestCase("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "400", "bad_request")]
    [TestCase("Content-Length: 100000000\r\n\r\n{", "413", "bodies of more than 8388608 bytes")]
    [TestCase("Content-Length: 2\r\nExpect: 100-continue\r\n\r\n[]", "400", "expected a JSON object")]
    public async Task A_broken_body_is_named(string rest, string status, string says)
    {
        using var client = await ConnectAsync(
            $"POST /v1/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n{rest}"
        );
        using var reader = new StreamReader(client.GetStream());
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = await reader.ReadToEndAsync(bound.Token);
        Assert.That(answer, Does.Contain($"HTTP/1.1 {status} ").And.Contain(says));
    }

    [Test]
    public async Task A_client_that_does_not_read_holds_no_slot()
    {
        var clients = new List<TcpClient>();
        try
        {
            for (var index = 0; index < 8; index++)
            {
                const string Ask =
                    """{"model":"tiny","prompt":"stone","max_tokens":200,"stream":true,"logprobs":5,"seed":1}""";
                clients.Add(
                    await ConnectAsync(
                        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + $"Content-Length: {Ask.Length}\r\n\r\n{Ask}"
                    )
                );
            }

            using var answer = await Server.PostAsync(
                "/v1/completions",
                """{"model":"tiny","prompt":"stone","max_tokens":200}"""
            );
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            await TinyServer.EventuallyAsync(() => Server.Metrics is { Running: 0, Waiting: 0 });
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private async Task<TcpClient> ConnectAsync(string request)
    {
        var client = new TcpClient { ReceiveBufferSize = 1024 };
        await client.ConnectAsync(IPAddress.Loopback, Server.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        return client;
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, int status, string code, string says)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.That(
            (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()),
            Is.EqualTo(("invalid_request_error", code))
        );
        Assert.That(error.GetProperty("message").GetString(), Does.Contain(says));
    }
}
