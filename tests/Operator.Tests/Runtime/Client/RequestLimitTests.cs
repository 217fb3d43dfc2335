using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Clusters;

namespace Operator.Tests.Runtime.Client;

/// <summary>The client-side limit on requests.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RequestLimitTests
{
    [Test]
    public async Task A_limit_lets_a_burst_through_and_then_so_many_a_second()
    {
        await using var server = await AnswerServer.StartAsync();
        var time = new FakeTimeProvider();
        var api = server.Api(
            new KubeTransportOptions
            {
                FieldManager = "test",
                RequestsPerSecond = 10,
                Burst = 5,
                Timeout = TimeSpan.FromHours(1),
            },
            time
        );
        var requests = Enumerable.Range(0, 20).Select(_ => ReadAsync(api)).ToList();
        await AnsweredAsync(5);

        time.Advance(TimeSpan.FromSeconds(0.5));
        await AnsweredAsync(10);
        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(requests).WaitAsync(TimeSpan.FromSeconds(60));

        async Task AnsweredAsync(int count)
        {
            await Eventually.That(
                () => requests.Count(r => r.IsCompletedSuccessfully) >= count,
                $"{count} are through"
            );
            // One more, on another client, that would have come after any that shouldn't be under way.
            await ReadAsync(server.Api(new KubeTransportOptions { FieldManager = "test" }, TimeProvider.System));
            Assert.That(requests.Count(r => r.IsCompletedSuccessfully), Is.EqualTo(count));
        }
    }

    [Test]
    public async Task Without_a_limit_no_request_waits()
    {
        await using var server = await AnswerServer.StartAsync();
        var api = server.Api(new KubeTransportOptions { FieldManager = "test" }, new FakeTimeProvider());
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => ReadAsync(api))).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(server.Requests, Is.EqualTo(300));
    }

    [Test]
    public async Task Waiting_for_the_limit_uses_up_no_time_of_the_request_itself()
    {
        await using var server = await AnswerServer.StartAsync();
        var time = new FakeTimeProvider();
        var api = server.Api(
            new KubeTransportOptions
            {
                FieldManager = "test",
                RequestsPerSecond = 1,
                Burst = 1,
                Timeout = TimeSpan.FromSeconds(30),
            },
            time
        );
        var requests = Enumerable.Range(0, 60).Select(_ => ReadAsync(api)).ToList();
        for (var second = 0; second < 60; second++)
        {
            await Eventually.That(() => requests.Count(r => r.IsCompleted) > second, $"{second + 1} are through");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await Task.WhenAll(requests).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(server.Requests, Is.EqualTo(60));
    }

    [Test]
    public async Task Requests_that_are_given_up_while_they_wait_leave_the_limit_to_others()
    {
        await using var server = await AnswerServer.StartAsync();
        var time = new FakeTimeProvider();
        var api = server.Api(
            new KubeTransportOptions
            {
                FieldManager = "test",
                RequestsPerSecond = 1,
                Burst = 1,
            },
            time
        );
        await ReadAsync(api);
        using var stop = new CancellationTokenSource();
        Task waiting = Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => api.GetAsync<V1ConfigMap>("n", "a", stop.Token))
        );
        await stop.CancelAsync();
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var next = ReadAsync(api);
        time.Advance(TimeSpan.FromSeconds(1));
        await next.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(server.Requests, Is.EqualTo(2), "of those given up none was sent");
    }

    private static Task ReadAsync(IKubeApi api) => api.GetAsync<V1ConfigMap>("n", "a", CancellationToken.None);
}
