using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using GemmaInference.Api.Access;
using Inference.Tests.Engine;

namespace Inference.Tests.Api.Access;

/// <summary>Who may ask the running server, and by which name a request is known.</summary>
[TestFixture]
internal sealed class AccessTests
{
    private const string Body = """{"model":"tiny","prompt":"stone","max_tokens":1}""";
    private readonly ScratchDirectory _scratch = new();
    private TinyServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var keys = Path.Combine(_scratch.Path, "keys");
        await File.WriteAllTextAsync(keys, "sk-right\n");
        _server = await TinyServer.StartAsync(configure: options =>
            options with
            {
                ApiKeysFile = keys,
                Cors = CorsOrigins.Parse("https://chat.example"),
            }
        );
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        _scratch.Dispose();
    }

    [TestCase("Bearer sk-right")]
    [TestCase("bearer  sk-right")]
    public async Task A_key_opens(string header)
    {
        using var answer = await SendAsync(HttpMethod.Post, "/v1/completions", ("Authorization", header));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    [TestCase(null)]
    [TestCase("sk-right")]
    [TestCase("Bearer")]
    [TestCase("Bearer sk-wrong")]
    [TestCase("Basic sk-right")]
    public async Task Without_one_it_is_closed_as_OpenAI_says_it(string? header)
    {
        using var answer = await SendAsync(HttpMethod.Post, "/v1/completions", ("Authorization", header));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), text);
        Assert.That(answer.Headers.WwwAuthenticate.Single().Scheme, Is.EqualTo("Bearer"));
        using var document = JsonDocument.Parse(text);
        var error = document.RootElement.GetProperty("error");
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo("invalid_api_key"));
        Assert.That(text, Does.Not.Contain("sk-"));
    }

    [TestCase("POST", "/v1/chat/completions")]
    [TestCase("POST", "/tokenize")]
    [TestCase("POST", "/detokenize")]
    [TestCase("GET", "/v1/models")]
    [TestCase("GET", "/version")]
    [TestCase("GET", "/nowhere")]
    [TestCase("POST", "/metrics")]
    public async Task All_that_is_not_open_is_closed(string method, string path)
    {
        using var answer = await SendAsync(new HttpMethod(method), path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("/healthz")]
    [TestCase("/startupz")]
    [TestCase("/readyz")]
    [TestCase("/health")]
    [TestCase("/ping")]
    [TestCase("/metrics")]
    public async Task Probes_and_metrics_are_open(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_listed_page_may_ask_and_is_told_so_before_it_shows_a_key()
    {
        using var answer = await SendAsync(
            HttpMethod.Options,
            "/v1/chat/completions",
            ("Origin", "https://chat.example"),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,content-type")
        );
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo("https://chat.example"));
        Assert.That(Header(answer, "Access-Control-Allow-Methods"), Does.Contain("POST"));
        Assert.That(Header(answer, "Access-Control-Allow-Headers"), Does.Contain("authorization"));
    }

    [TestCase("https://chat.example", "https://chat.example")]
    [TestCase("https://evil.example", null)]
    [TestCase(null, null)]
    public async Task An_answer_even_an_error_says_whose_page_may_read_it(string? origin, string? allowed)
    {
        foreach (var key in (string?[])["Bearer sk-right", null])
        {
            using var answer = await SendAsync(
                HttpMethod.Post,
                "/v1/completions",
                ("Origin", origin),
                ("Authorization", key)
            );
            Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(allowed));
            Assert.That(
                Header(answer, "Access-Control-Expose-Headers") ?? "",
                allowed is null ? Is.Empty : Does.Contain("X-Request-Id")
            );
        }
    }

    [TestCase("Bearer sk-right")]
    [TestCase(null)]
    public async Task A_request_keeps_the_id_that_it_came_with(string? key)
    {
        using var answer = await SendAsync(
            HttpMethod.Post,
            "/v1/completions",
            ("X-Request-Id", "trace:42/a"),
            ("Authorization", key)
        );
        Assert.That(Header(answer, "X-Request-Id"), Is.EqualTo("trace:42/a"));
    }

    [Test]
    public async Task A_request_without_one_gets_one_of_its_own()
    {
        using var first = await SendAsync(HttpMethod.Get, "/health");
        using var second = await SendAsync(HttpMethod.Get, "/health", ("X-Request-Id", new string('x', 129)));
        string?[] ids = [Header(first, "X-Request-Id"), Header(second, "X-Request-Id")];
        Assert.That(ids, Is.Unique.And.All.Match("^[0-9a-f]{32}$"));
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    [Test]
    public async Task A_key_that_asks_for_too_much_at_once_waits_its_turn()
    {
        await using var server = await TinyServer.StartAsync(
            slots: 1,
            configure: options => options with { ApiKeysFile = _scratch.Path + "/keys", MaxRequestsPerKey = 1 }
        );
        server.Client.DefaultRequestHeaders.Add("Authorization", "Bearer sk-right");
        using var asked = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = new StringContent(
                """{"model":"tiny","prompt":"a","max_tokens":400,"ignore_eos":true,"stream":true}""",
                MediaTypeHeaderValue.Parse("application/json")
            ),
        };
        using (var running = await server.Client.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.That(running.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            using var refused = await server.PostAsync("/tokenize", """{"prompt":"a"}""");
            var text = await refused.Content.ReadAsStringAsync();
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests), text);
            Assert.That(text, Does.Contain("key_limit"));
            Assert.That(refused.Headers.RetryAfter, Is.Not.Null);
        }

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var next = await server.PostAsync("/tokenize", """{"prompt":"a"}""", bound.Token);
            if (next.StatusCode == HttpStatusCode.OK)
            {
                break;
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        params (string Name, string? Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent(Body, MediaTypeHeaderValue.Parse("application/json"));
        }

        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _server.Client.SendAsync(request);
    }
}
