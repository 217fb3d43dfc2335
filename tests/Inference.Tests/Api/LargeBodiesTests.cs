using System.Net;
using System.Text;
using GemmaInference.Api;
using GemmaInference.Api.Requests;
using Inference.Tests.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Inference.Tests.Api;

/// <summary>
/// However many megabytes come at once, one body is tokenised at a time, and small ones don't wait for it.
/// </summary>
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
        var before = await TakeTurnAsync();
        var large = LargeAsync();
        await TinyServer.EventuallyAsync(() => _server.Bodies.Waiting == 1);
        using var small = await SmallAsync();
        Assert.That((small.StatusCode, large.IsCompleted), Is.EqualTo((HttpStatusCode.OK, false)));
        before.Dispose();
        using var answer = await large;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        using var next = await TakeTurnAsync();
    }

    [Test]
    public async Task More_than_may_be_held_are_told_to_come_back_and_small_ones_are_served()
    {
        var held = _server.Bodies.Open();
        Assert.That(held.TryHold((int)LargeBodies.MaxHeldBytes));
        using var refused = await LargeAsync();
        Assert.That(
            (refused.StatusCode, refused.Headers.RetryAfter?.Delta),
            Is.EqualTo((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)))
        );
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("queue_full"));
        Assert.That(_server.Metrics.Write(), Does.Contain("gemma:request_rejected_total{model_name=\"tiny\"} 1"));
        using var small = await SmallAsync();
        Assert.That(small.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        held.Dispose();
        using var answer = await LargeAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_client_that_leaves_gives_up_its_place()
    {
        using var before = await TakeTurnAsync();
        using var leaving = new CancellationTokenSource();
        var large = LargeAsync(leaving.Token);
        await TinyServer.EventuallyAsync(() => _server.Bodies.Waiting == 1);
        await leaving.CancelAsync();
        await TinyServer.EventuallyAsync(() => _server.Bodies.Waiting == 0);
        Assert.That(async () => await large, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task An_error_in_a_large_body_gives_up_its_place()
    {
        using var refused = await _server.PostAsync(
            "/v1/chat/completions",
            new string('{', LargeBodies.SmallBytes + 1)
        );
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        using var next = await TakeTurnAsync();
    }

    [TestCase("/tokenize", "\"prompt\":\"stone\"")]
    [TestCase("/detokenize", "\"tokens\":[40]")]
    public async Task An_answer_that_is_read_slowly_keeps_no_place(string path, string field)
    {
        using var leaving = new CancellationTokenSource();
        await using var answer = new UnreadStream();
        var context = new DefaultHttpContext { RequestServices = _server.Services, RequestAborted = leaving.Token };
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(
            Encoding.UTF8.GetBytes($"{{{field}{new string(' ', LargeBodies.SmallBytes)}}}")
        );
        context.Response.Body = answer;
        var serving = _server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Single(endpoint => endpoint.RoutePattern.RawText == path)
            .RequestDelegate!(context);
        await await Task.WhenAny(answer.Begun, serving).WaitAsync(TimeSpan.FromSeconds(20));
        using (await TakeTurnAsync())
        {
            Assert.That(serving.IsCompleted, Is.False);
        }

        using var all = _server.Bodies.Open();
        Assert.That(all.TryHold((int)LargeBodies.MaxHeldBytes), "no bytes are held");
        await leaving.CancelAsync();
        Assert.That(async () => await serving, Throws.InstanceOf<OperationCanceledException>());
    }

    private async Task<LargeBodies.Place> TakeTurnAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var place = _server.Bodies.Open();
        Assert.That(place.TryHold(LargeBodies.SmallBytes + 1));
        await place.TurnAsync(bound.Token);
        return place;
    }

    private Task<HttpResponseMessage> SmallAsync() =>
        _server.PostAsync("/v1/completions", """{"model":"tiny","prompt":"stone","max_tokens":2}""");

    /// <summary>Space that the chat template trims: many bytes, few tokens.</summary>
    private Task<HttpResponseMessage> LargeAsync(CancellationToken cancellation = default) =>
        _server.PostAsync(
            "/v1/chat/completions",
            $$"""{"model":"tiny","max_tokens":2,"messages":[{"role":"user","content":"x{{new string(' ', LargeBodies.SmallBytes)}}"}]}""",
            cancellation
        );

    /// <summary>Takes nothing until it is given up, as the connection of a client that doesn't read.</summary>
    private sealed class UnreadStream : MemoryStream
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            _begun.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }
    }
}
