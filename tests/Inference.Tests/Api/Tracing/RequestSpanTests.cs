using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using GemmaInference.Api.Tracing;
using GemmaInference.Engine;
using Inference.Tests.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Inference.Tests.Api.Tracing;

/// <summary>What a collector is told of requests; other tests' spans have other traces.</summary>
[TestFixture]
internal sealed class RequestSpanTests : ServedTests
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private ActivityListener _listener = null!;

    [OneTimeSetUp]
    public void Listen()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RequestSpan.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [OneTimeTearDown]
    public void Leave() => _listener.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_chat_is_a_span_of_the_clients_trace_with_its_phases(bool stream)
    {
        var (trace, spans) = await AskAsync(
            "/v1/chat/completions",
            $$"""{"model":"tiny","max_tokens":5,"temperature":0,"ignore_eos":true,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"secret"}]}""",
            4
        );
        var root = spans.Single(span => span.ParentSpanId.ToHexString() == "00f067aa0ba902b7");
        Assert.That(root.TraceId.ToHexString(), Is.EqualTo(trace));
        Assert.That(root.DisplayName, Is.EqualTo("chat tiny"));
        Assert.That(root.Kind, Is.EqualTo(ActivityKind.Server));
        Assert.That(root.GetTagItem("gen_ai.request.model"), Is.EqualTo("tiny"));
        Assert.That(root.GetTagItem("gen_ai.usage.output_tokens"), Is.EqualTo(5));
        Assert.That(root.GetTagItem("gen_ai.usage.input_tokens"), Is.GreaterThan(4));
        Assert.That(root.GetTagItem("gen_ai.response.finish_reasons"), Is.EqualTo(new[] { "length" }));
        Assert.That(root.GetTagItem("error.type"), Is.Null);
        Assert.That(
            spans.Where(span => span.ParentSpanId == root.SpanId).Select(span => span.DisplayName).Order(),
            Is.EqualTo(["decode", "prefill", "queue"])
        );
        Assert.That(
            spans.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Value}"),
            Has.None.Contains("secret")
        );
    }

    [Test]
    public async Task What_is_refused_is_told_by_its_code()
    {
        var (_, spans) = await AskAsync("/v1/completions", """{"model":"other","prompt":"x"}""", 1);
        Assert.That(spans.Single().GetTagItem("error.type"), Is.EqualTo("model_not_found"));
        Assert.That(spans.Single().GetTagItem("http.response.status_code"), Is.EqualTo(404));
        Assert.That(spans.Single().Status, Is.EqualTo(ActivityStatusCode.Error));
    }

    [Test]
    public async Task Each_choice_has_its_phases()
    {
        var (_, spans) = await AskAsync(
            "/v1/completions",
            """{"model":"tiny","prompt":["a","b"],"max_tokens":2,"ignore_eos":true}""",
            7
        );
        Assert.That(
            spans.Where(span => span.DisplayName == "decode").Select(span => span.GetTagItem("gemma.choice.index")),
            Is.EquivalentTo(new object[] { 0, 1 })
        );
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_ends_at_a_stop_string_has_its_phases_too(bool stream)
    {
        const string asked = """{"model":"tiny","prompt":"water","max_tokens":40,"temperature":0,"ignore_eos":true""";
        using var whole = await Server.PostAsync("/v1/completions", asked + "}");
        var answer = JsonNode.Parse(await whole.Content.ReadAsStringAsync())!;
        var text = (string)answer["choices"]![0]!["text"]!;
        // From the middle of the answer, so that the engine is still at work when the stop is seen.
        var stop = new JsonObject { ["stop"] = text.Substring(text.Length / 2, 3), ["stream"] = stream };
        var (_, spans) = await AskAsync("/v1/completions", $"{asked},{stop.ToJsonString()[1..]}", 4);
        var root = spans.Single(span => span.ParentSpanId.ToHexString() == "00f067aa0ba902b7");
        Assert.That(root.GetTagItem("gen_ai.response.finish_reasons"), Is.EqualTo(new[] { "stop" }));
        var phases = spans.Where(span => span != root).ToDictionary(span => span.DisplayName);
        Assert.That(phases.Keys, Is.EquivalentTo(["queue", "prefill", "decode"]));
        Assert.That(phases["decode"].Duration, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(phases["decode"].StartTimeUtc, Is.GreaterThan(phases["queue"].StartTimeUtc));
    }

    [Test]
    public void Decoding_lasts_until_now_where_the_engine_has_not_noted_its_end()
    {
        var time = new FakeTimeProvider();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var http = new DefaultHttpContext();
        http.Request.Headers.TraceParent = $"00-{trace}-00f067aa0ba902b7-01";
        using (var span = RequestSpan.Start(http.Request, RequestSpan.Completion, time))
        {
            var sequence = new Sequence(
                new GenerationRequest([2], 9, TinyEngine.Greedy, TinyEngine.NoStops, null),
                time.GetTimestamp()
            );
            sequence.Admitted = Later(1);
            sequence.FirstToken = Later(2);
            Later(4);
            span.Answer(["stop"], [sequence]);
        }

        var phases = Own(trace).Where(span => span.Kind == ActivityKind.Internal);
        Assert.That(
            phases.Select(span => (span.DisplayName, span.Duration.TotalSeconds)),
            Is.EqualTo([("queue", 1d), ("prefill", 2d), ("decode", 4d)])
        );

        long Later(int seconds)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            return time.GetTimestamp();
        }
    }

    private async Task<(string Trace, IReadOnlyList<Activity> Spans)> AskAsync(string path, string body, int count)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var answer = await Server.Client.SendAsync(request);
        await answer.Content.ReadAsStringAsync();
        await TinyServer.EventuallyAsync(() => Own(trace).Count >= count);
        return (trace, Own(trace));
    }

    private List<Activity> Own(string trace) => [.. _ended.Where(span => span.TraceId.ToHexString() == trace)];
}
