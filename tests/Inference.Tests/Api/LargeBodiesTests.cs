using System.Net;
using GemmaInference.Api;
using Inference.Tests.Engine;

namespace Inference.Tests.Api;

/// <summary>However many megabytes come at once, one body is tokenised at a time, and small ones don't wait for it.</summary>
[TestFixture]
internal sealed class LargeBodiesTests
{
    private TinyServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await TinyServer.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task A_large_body_waits_for_the_one_before_it_and_small_ones_do_not()
    {
        using var before = await EnterAsync();
        var large = LargeAsync();
        await TinyServer.EventuallyAsync(() => _server.Large.Waiting == 1);
        using var small = await _server.PostAsync("/v1/completions", """{"model":"tiny","prompt":"stone","max_tokens":2}""");
        Assert.That((small.StatusCode, large.IsCompleted), Is.EqualTo((HttpStatusCode.OK, false)));
        before!.Dispose();
        using var answer = await large;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        using var next = await EnterAsync();
    }

    [Test]
    public async Task More_than_may_wait_are_told_to_come_back()
    {
        using var before = await EnterAsync();
        var waiting = Enumerable.Range(0, LargeBodies.MaxWaiting).Select(_ => LargeAsync()).ToList();
        await TinyServer.EventuallyAsync(() => _server.Large.Waiting == LargeBodies.MaxWaiting);
        using var refused = await LargeAsync();
        Assert.That((refused.StatusCode, refused.Headers.RetryAfter), Is.EqualTo((HttpStatusCode.TooManyRequests, new System.Net.Http.Headers.RetryConditionHeaderValue(TimeSpan.FromSeconds(1)))));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("queue_full"));
        before!.Dispose();
        foreach (var answer in await Task.WhenAll(waiting))
        {
            using (answer) Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task A_client_that_leaves_gives_up_its_place()
    {
        using var before = await EnterAsync();
        using var leaving = new CancellationTokenSource();
        var large = LargeAsync(leaving.Token);
        await TinyServer.EventuallyAsync(() => _server.Large.Waiting == 1);
        await leaving.CancelAsync();
        await TinyServer.EventuallyAsync(() => _server.Large.Waiting == 0);
        Assert.That(async () => await large, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task An_error_in_a_large_body_frees_its_place()
    {
        using var refused = await _server.PostAsync("/v1/chat/completions", new string('{', LargeBodies.SmallBytes + 1));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        using var next = await EnterAsync();
    }

    private async Task<IDisposable?> EnterAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _server.Large.EnterAsync(LargeBodies.SmallBytes + 1, bound.Token);
    }

    /// <summary>Space that the chat template trims: many bytes, few tokens.</summary>
    private Task<HttpResponseMessage> LargeAsync(CancellationToken cancellation = default) => _server.PostAsync(
        "/v1/chat/completions",
        $$"""{"model":"tiny","max_tokens":2,"messages":[{"role":"user","content":"x{{new string(' ', LargeBodies.SmallBytes)}}"}]}""",
        cancellation);
}
