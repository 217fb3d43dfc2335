using System.Net;
using System.Text.Json;
using GemmaInference.Engine;
using GemmaInference.Torch;
using Inference.Tests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Inference.Tests.Api;

[TestFixture]
internal sealed class ServingTests
{
    [Test]
    public async Task A_stream_has_the_shape_of_server_sent_events()
    {
        await using var server = await TinyServer.StartAsync();
        using var answer = await server.PostAsync(
            "/v1/chat/completions",
            """{"model":"tiny","messages":[{"role":"user","content":"x"}],"max_tokens":4,"stream":true,"n":2,"seed":3}"""
        );
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
        var events = (await answer.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(events, Has.All.StartsWith("data: "));
        Assert.That(events[^1], Is.EqualTo("data: [DONE]"));
        var chunks = events[..^1].Select(item => JsonDocument.Parse(item["data: ".Length..]).RootElement).ToList();
        Assert.That(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(
            chunks.Select(chunk => chunk.GetProperty("object").GetString()),
            Has.All.EqualTo("chat.completion.chunk")
        );
        var choices = chunks.Select(chunk => chunk.GetProperty("choices")[0]).ToList();
        foreach (var index in new[] { 0, 1 })
        {
            var own = choices.Where(choice => choice.GetProperty("index").GetInt32() == index).ToList();
            Assert.That(own[0].GetProperty("delta").GetProperty("role").GetString(), Is.EqualTo("assistant"));
            Assert.That(own[^1].GetProperty("finish_reason").GetString(), Is.EqualTo("length").Or.EqualTo("stop"));
            Assert.That(
                own[..^1].Select(choice => choice.GetProperty("finish_reason").ValueKind),
                Has.All.EqualTo(JsonValueKind.Null)
            );
        }
    }

    [Test]
    public async Task A_stop_string_cuts_the_answer_before_it()
    {
        await using var server = await TinyServer.StartAsync();
        const string Ask = """{"model":"tiny","prompt":"garden","max_tokens":40,"temperature":0""";
        var full = await TextAsync(server, Ask + "}");
        var stop = full.Substring(full.Length / 2, 3);
        Assert.That(
            await TextAsync(server, Ask + $",\"stop\":{JsonSerializer.Serialize(stop)}}}"),
            Is.EqualTo(full[..full.IndexOf(stop, StringComparison.Ordinal)])
        );
    }

    [Test]
    public async Task A_client_that_leaves_frees_its_slot()
    {
        await using var server = await TinyServer.StartAsync(slots: 1);
        using (var leaving = new CancellationTokenSource())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
            {
                Content = new StringContent(
                    """{"model":"tiny","prompt":"a","max_tokens":500,"stream":true}""",
                    System.Text.Encoding.UTF8,
                    "application/json"
                ),
            };
            using var answer = await server.Client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                leaving.Token
            );
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        await TinyServer.EventuallyAsync(() => server.Metrics.Running == 0);
        Assert.That(await TextAsync(server, """{"model":"tiny","prompt":"b","max_tokens":3}"""), Is.Not.Null);
    }

    [Test]
    public async Task Stopping_turns_readiness_off_and_lets_answers_end()
    {
        await using var server = await TinyServer.StartAsync(slots: 1);
        foreach (var path in (string[])["/readyz", "/health", "/ping"])
        {
            Assert.That((await server.Client.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
        }

        Assert.That(await server.Client.GetStringAsync("/version"), Does.Match("^{\"version\":\"[0-9.]+\"}$"));
        var running = server.PostAsync("/v1/completions", """{"model":"tiny","prompt":"a","max_tokens":450}""");
        await TinyServer.EventuallyAsync(() => server.Metrics.Running == 1);
        server.BeginStop();
        await TinyServer.EventuallyAsync(() => server.Engine.IsDraining);
        using (var ready = await server.Client.GetAsync("/readyz"))
        {
            Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        }

        using (var refused = await server.PostAsync("/v1/completions", """{"model":"tiny","prompt":"a"}"""))
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        }

        using var answer = await running;
        var usage = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("usage");
        Assert.That(usage.GetProperty("completion_tokens").GetInt32(), Is.GreaterThan(0));
        await server.Stopped;
    }

    [Test]
    public async Task What_does_not_end_within_the_drain_time_is_told_that_the_server_stops()
    {
        var time = new FakeTimeProvider();
        await using var server = await TinyServer.StartAsync(slots: 1, time: time);
        var running = server.PostAsync("/v1/completions", """{"model":"tiny","prompt":"a","max_tokens":450,"n":8}""");
        await TinyServer.EventuallyAsync(() => server.Metrics.Running == 1);
        server.BeginStop();
        await TinyServer.EventuallyAsync(() => server.Engine.IsDraining);
        // The drain's timer may start a moment after draining is seen.
        await TinyServer.EventuallyAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(21));
            return running.IsCompleted;
        });
        using var answer = await running;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("\"stopping\""));
        await server.Stopped;
    }

    [Test]
    public async Task Several_choices_differ_and_a_seed_repeats_them()
    {
        await using var server = await TinyServer.StartAsync();
        const string Ask = """{"model":"tiny","prompt":"river","max_tokens":12,"n":3,"seed":5}""";
        var first = await ChoicesAsync(server, Ask);
        Assert.That(first, Has.Count.EqualTo(3).And.Unique);
        Assert.That(await ChoicesAsync(server, Ask), Is.EqualTo(first));
        Assert.That(
            await ChoicesAsync(server, Ask.Replace("\"n\":3", "\"n\":1")),
            Is.EqualTo(first[..1]),
            "the first choice has the seed itself"
        );
    }

    [Test]
    public async Task Two_thousand_requests_leave_memory_flat()
    {
        await using var server = await TinyServer.StartAsync();
        await RoundAsync();
        var (tensors, bytes) = (Tensor.Live, Settled());
        for (var round = 0; round < 19; round++)
        {
            await RoundAsync();
        }

        await TinyServer.EventuallyAsync(() => server.Metrics is { Running: 0, Waiting: 0 });
        Assert.That(Tensor.Live - tensors, Is.LessThan(20));
        // One kilobyte kept per request would be 1.9 MB.
        Assert.That(Settled() - bytes, Is.LessThan(1 << 20));

        async Task RoundAsync()
        {
            for (var request = 0; request < 100; request += 4)
            {
                await Task.WhenAll(
                    Enumerable
                        .Range(request, 4)
                        .Select(async number =>
                        {
                            var stream = number % 2 == 0 ? "true" : "false";
                            using var answer = await server.PostAsync(
                                "/v1/chat/completions",
                                $$"""{"model":"tiny","messages":[{"role":"user","content":"{{number}}"}],"max_tokens":2,"stream":{{stream}},"logprobs":true,"presence_penalty":0.5,"stop":"zz"}"""
                            );
                            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("finish_reason"));
                        })
                );
            }
        }

        static long Settled() => GC.GetTotalMemory(forceFullCollection: true);
    }

    [Test]
    public async Task A_fatal_engine_error_fails_the_liveness_probe()
    {
        await using var server = await TinyServer.StartAsync();
        Assert.That((await server.Client.GetAsync("/healthz")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        // An id beyond the vocabulary fails inside libtorch, as a broken device would.
        server.Engine.TrySubmit(
            [new GenerationRequest([1_000_000], 1, new Sampling(0, 1, 0, 0, 0, 0), new HashSet<int>(), null)],
            out _
        );
        await TinyServer.EventuallyAsync(() => server.Engine.Fault is not null);
        Assert.That(
            (await server.Client.GetAsync("/healthz")).StatusCode,
            Is.EqualTo(HttpStatusCode.ServiceUnavailable)
        );
        Assert.That(
            (await server.Client.GetAsync("/readyz")).StatusCode,
            Is.EqualTo(HttpStatusCode.ServiceUnavailable)
        );
    }

    [TestCase("gemma")]
    [TestCase("vllm")]
    public async Task Metrics_carry_the_names_that_dashboards_know(string prefix)
    {
        await using var server = await TinyServer.StartAsync(configure: options =>
            options with
            {
                MetricsPrefix = prefix,
            }
        );
        await TextAsync(server, """{"model":"tiny","prompt":"a","max_tokens":5,"temperature":0}""");
        var text = await server.Client.GetStringAsync("/metrics");
        foreach (
            var name in new[]
            {
                "num_requests_running",
                "num_requests_waiting",
                "kv_cache_usage_perc",
                "prompt_tokens_total",
                "generation_tokens_total",
                "request_success_total",
                "time_to_first_token_seconds_bucket",
                "inter_token_latency_seconds_count",
                "e2e_request_latency_seconds_sum",
                "request_queue_time_seconds_count",
            }
        )
        {
            Assert.That(text, Does.Contain(prefix + ":" + name + "{model_name=\"tiny\""));
        }

        Assert.That(text.Contains("gemma:"), Is.EqualTo(prefix == "gemma"));
    }

    private static async Task<List<string?>> ChoicesAsync(TinyServer server, string json)
    {
        using var answer = await server.PostAsync("/v1/completions", json);
        return
        [
            .. JsonDocument
                .Parse(await answer.Content.ReadAsStringAsync())
                .RootElement.GetProperty("choices")
                .EnumerateArray()
                .OrderBy(choice => choice.GetProperty("index").GetInt32())
                .Select(choice => choice.GetProperty("text").GetString()),
        ];
    }

    private static async Task<string> TextAsync(TinyServer server, string json)
    {
        using var answer = await server.PostAsync("/v1/completions", json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonDocument.Parse(text).RootElement.GetProperty("choices")[0].GetProperty("text").GetString()!;
    }
}
