using System.Globalization;
using System.Net;
using GemmaOperator.Runtime;
using GemmaOperator.Runtime.Transport;
using GemmaOperator.Tests.Clusters;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace GemmaOperator.Tests.Runtime.Transport;

/// <summary>Limits, waits and credentials of the one place that talks to the API server.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class KubeTransportTests
{
    [Test]
    public async Task A_limit_lets_a_burst_through_and_then_so_many_a_second()
    {
        await using var server = await AnswerServer.StartAsync();
        var time = new FakeTimeProvider();
        var api = server.Api(new KubeTransportOptions { RequestsPerSecond = 10, Burst = 5, Timeout = TimeSpan.FromHours(1) }, time);
        var requests = Enumerable.Range(0, 20).Select(_ => ReadAsync(api)).ToList();
        await AnsweredAsync(5);

        time.Advance(TimeSpan.FromSeconds(0.5));
        await AnsweredAsync(10);
        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(requests).WaitAsync(TimeSpan.FromSeconds(60));

        async Task AnsweredAsync(int count)
        {
            await Eventually.That(() => requests.Count(r => r.IsCompletedSuccessfully) >= count, $"{count} are through");
            // One more, on another client, that would have come after any that shouldn't be under way.
            await ReadAsync(server.Api(new KubeTransportOptions(), TimeProvider.System));
            Assert.That(requests.Count(r => r.IsCompletedSuccessfully), Is.EqualTo(count));
        }
    }

    [Test]
    public async Task Without_a_limit_no_request_waits()
    {
        await using var server = await AnswerServer.StartAsync();
        var api = server.Api(new KubeTransportOptions(), new FakeTimeProvider());
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => ReadAsync(api))).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(server.Requests, Is.EqualTo(300));
    }

    [TestCase(429)]
    [TestCase(503)]
    public async Task A_request_that_was_asked_to_wait_is_sent_again_when_the_time_has_come(int code)
    {
        await using var server = await AnswerServer.StartAsync();
        var time = new FakeTimeProvider();
        var api = server.Api(new KubeTransportOptions(), time);
        server.Answer = context => server.Requests == 1 ? AnswerServer.RefuseAsync(context, code, "4") : AnswerServer.ConfigMapAsync(context);
        var reading = ReadAsync(api);
        await Eventually.That(() => server.Requests == 1, "it was refused");
        await Eventually.That(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return reading.IsCompleted;
            },
            "it is answered");
        await reading;
        Assert.That(server.Requests, Is.EqualTo(2));
    }

    [Test]
    public async Task A_server_with_a_wrong_clock_sends_nobody_away_for_days()
    {
        await using var server = await AnswerServer.StartAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var far = time.GetUtcNow().AddDays(2).ToString("R", CultureInfo.InvariantCulture);
        server.Answer = context => AnswerServer.RefuseAsync(context, 503, far);
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => ReadAsync(server.Api(new KubeTransportOptions(), time)));
        Assert.That(refused!.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task A_write_that_waited_is_not_sent_by_one_who_may_not_write_any_more()
    {
        await using var server = await AnswerServer.StartAsync();
        var fence = new Fence();
        server.Answer = context =>
        {
            fence.IsClosed = true;
            return AnswerServer.RefuseAsync(context, 429, "0");
        };
        var api = server.Api(new KubeTransportOptions(), TimeProvider.System, fence);
        var map = new V1ConfigMap { Metadata = new V1ObjectMeta { NamespaceProperty = "n", Name = "a" } };
        await Assert.ThrowsAsync<LeadershipLostException>(() => api.ApplyAsync(map, CancellationToken.None));
        Assert.That(server.Requests, Is.EqualTo(1));

        await Assert.ThrowsAsync<LeadershipLostException>(
            () => api.DeleteAsync<V1ConfigMap>("n", "a", DeletionPropagation.Background, null, CancellationToken.None));
        Assert.That(server.Requests, Is.EqualTo(1), "nor is a delete");
    }

    [Test]
    public async Task Credentials_that_can_not_be_read_are_an_error_that_says_so_and_passes()
    {
        await using var server = await AnswerServer.StartAsync();
        var tokens = new Tokens();
        var api = server.Api(
            new KubeTransportOptions(),
            TimeProvider.System,
            configuration: () => new KubernetesClientConfiguration { Host = server.Configuration().Host, TokenProvider = tokens });
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => ReadAsync(api));
        Assert.That(refused!.Message, Does.Contain("the credentials can't be read: no such program"));
        Assert.That(refused.IsTransient);

        tokens.Token = "token";
        await ReadAsync(api);
    }

    [Test]
    public async Task A_configuration_that_is_half_written_leaves_the_old_one_in_use()
    {
        await using var server = await AnswerServer.StartAsync();
        var time = new FakeTimeProvider();
        var isBroken = false;
        var api = server.Api(
            new KubeTransportOptions(),
            time,
            configuration: () => isBroken ? throw new KubeConfigException("half a file") : new KubernetesClientConfiguration { Host = server.Configuration().Host });
        (isBroken, server.Answer) = (true, Unauthorized);
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => ReadAsync(api));
        Assert.That(refused!.Code, Is.EqualTo(HttpStatusCode.Unauthorized));

        server.Answer = AnswerServer.ConfigMapAsync;
        await ReadAsync(api);

        static Task Unauthorized(HttpContext context)
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }
    }

    private static Task ReadAsync(IKubeApi api) => api.GetAsync<V1ConfigMap>("n", "a", CancellationToken.None);

    private sealed class Fence : IWriteFence
    {
        public bool IsClosed { get; set; }

        public void EnsureOpen()
        {
            if (IsClosed)
            {
                throw new LeadershipLostException("closed");
            }
        }
    }

    private sealed class Tokens : ITokenProvider
    {
        public string? Token { get; set; }

        public Task<System.Net.Http.Headers.AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken) => Token is null
            ? throw new InvalidOperationException("no such program")
            : Task.FromResult(new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", Token));
    }
}
