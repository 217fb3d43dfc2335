using System.Net;
using System.Text.Json.Nodes;
using Inference.Tests.Engine;

namespace Inference.Tests.Api;

/// <summary>How many answers may wait, and what is told when they are too many.</summary>
[TestFixture]
internal sealed class QueueTests
{
    [Test]
    public async Task A_full_queue_answers_429_with_a_time_to_retry()
    {
        await using var server = await TinyServer.StartAsync(slots: 1, queue: 2);
        const string Long = """{"model":"tiny","prompt":"a","max_tokens":450,"ignore_eos":true,"n":2}""";
        using var leaving = new CancellationTokenSource();
        var running = server.PostAsync("/v1/completions", Long, leaving.Token);
        await TinyServer.EventuallyAsync(() => server.Metrics is { Running: 1, Waiting: 1 });
        using var answer = await server.PostAsync(
            "/v1/completions",
            """{"model":"tiny","prompt":"a","max_tokens":3,"n":2}"""
        );
        Assert.That((int)answer.StatusCode, Is.EqualTo(429));
        Assert.That(answer.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("rate_limit_error"));
        await leaving.CancelAsync();
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("""  "prompt":"a","n":9 """, "n")]
    [TestCase("""  "prompt":["a","b","c"],"n":3 """, "prompt")]
    public async Task More_answers_than_ever_fit_the_queue_are_no_matter_of_time(string fields, string param)
    {
        await using var server = await TinyServer.StartAsync(slots: 1, queue: 8);
        using var answer = await server.PostAsync("/v1/completions", $$"""{"model":"tiny",{{fields}}}""");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(
            (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["param"],
            Is.EqualTo(param)
        );
    }

    [Test]
    public async Task As_many_answers_as_the_queue_holds_come_at_once()
    {
        await using var server = await TinyServer.StartAsync(slots: 4, queue: 32);
        using var answer = await server.PostAsync(
            "/v1/chat/completions",
            """{"model":"tiny","messages":[{"role":"user","content":"x"}],"max_tokens":3,"n":32,"seed":1}"""
        );
        var choices = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["choices"]!.AsArray();
        Assert.That(choices.Select(choice => (int)choice!["index"]!), Is.EqualTo(Enumerable.Range(0, 32)));
    }
}
