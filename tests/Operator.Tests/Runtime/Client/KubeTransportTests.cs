using System.Globalization;
using System.Net;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Clusters;

namespace Operator.Tests.Runtime.Client;

/// <summary>Limits, waits and credentials of the one place that talks to the API server.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class KubeTransportTests
{
    [TestCase(429)]
    [TestCase(503)]
    public async Task A_request_that_was_asked_to_wait_is_sent_again_when_the_time_has_come(int code)
    {
        await using var server = await AnswerServer.StartAsync();
        var time = new FakeTimeProvider();
        var api = server.Api(new KubeTransportOptions { FieldManager = "test" }, time);
        server.Answer = context =>
            server.Requests == 1 ? AnswerServer.RefuseAsync(context, code, "4") : AnswerServer.ConfigMapAsync(context);
        var reading = ReadAsync(api);
        await Eventually.That(() => server.Requests == 1, "it was refused");
        await Eventually.That(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return reading.IsCompleted;
            },
            "it is answered"
        );
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
        var refused = await Assert.ThrowsAsync<KubeApiException>(() =>
            ReadAsync(server.Api(new KubeTransportOptions { FieldManager = "test" }, time))
        );
        Assert.That(refused!.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    /// <summary>As from an overloaded proxy, or from one whose clock is behind.</summary>
    [TestCase("0")]
    [TestCase("Wed, 21 Oct 2015 07:28:00 GMT")]
    public async Task A_server_that_asks_to_come_again_at_once_is_left_to_the_backoff(string retryAfter)
    {
        await using var server = await AnswerServer.StartAsync();
        server.Answer = context => AnswerServer.RefuseAsync(context, 429, retryAfter);
        var refused = await Assert.ThrowsAsync<KubeApiException>(() =>
            ReadAsync(server.Api(new KubeTransportOptions { FieldManager = "test" }, TimeProvider.System))
        );
        Assert.That((refused!.RetryAfter, server.Requests), Is.EqualTo(((TimeSpan?)null, 1)));
    }

    [Test]
    public async Task A_write_that_waited_is_not_sent_by_one_who_may_not_write_any_more()
    {
        await using var server = await AnswerServer.StartAsync();
        var fence = new Fence();
        server.Answer = context =>
        {
            fence.IsClosed = true;
            return AnswerServer.RefuseAsync(context, 429, "1");
        };
        var api = server.Api(new KubeTransportOptions { FieldManager = "test" }, TimeProvider.System, fence);
        var map = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { NamespaceProperty = "n", Name = "a" },
        };
        await Assert.ThrowsAsync<LeadershipLostException>(() => api.ApplyAsync(map, CancellationToken.None));
        Assert.That(server.Requests, Is.EqualTo(1));

        await Assert.ThrowsAsync<LeadershipLostException>(() =>
            api.DeleteAsync<V1ConfigMap>("n", "a", null, CancellationToken.None)
        );
        Assert.That(server.Requests, Is.EqualTo(1), "nor is a delete");
    }

    [Test]
    public async Task Credentials_that_can_not_be_read_are_an_error_that_says_so_and_passes()
    {
        await using var server = await AnswerServer.StartAsync();
        var tokens = new Tokens();
        var api = server.Api(
            new KubeTransportOptions { FieldManager = "test" },
            TimeProvider.System,
            configuration: () =>
                new KubernetesClientConfiguration { Host = server.Configuration().Host, TokenProvider = tokens }
        );
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
            new KubeTransportOptions { FieldManager = "test" },
            time,
            configuration: () =>
                isBroken
                    ? throw new KubeConfigException("half a file")
                    : new KubernetesClientConfiguration { Host = server.Configuration().Host }
        );
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

    [Test]
    public async Task A_login_that_takes_long_holds_up_nobody_who_needs_none()
    {
        await using var server = await AnswerServer.StartAsync();
        using var login = new SemaphoreSlim(0);
        var loads = 0;
        using var connection = new KubeConnection(
            () =>
            {
                if (Interlocked.Increment(ref loads) > 1)
                {
                    login.Wait(TimeSpan.FromSeconds(60));
                }

                return server.Configuration();
            },
            TimeProvider.System
        );
        var reloading = Task.Run(() => connection.TryReload(connection.Current, out _));
        await Eventually.That(() => Volatile.Read(ref loads) == 2, "it logs in");
        Assert.That(
            await Task.Run(() => connection.Current.Generation).WaitAsync(TimeSpan.FromSeconds(30)),
            Is.EqualTo(1)
        );
        login.Release();
        Assert.That(await reloading);
        Assert.That(connection.Current.Generation, Is.EqualTo(2));
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

        public Task<System.Net.Http.Headers.AuthenticationHeaderValue> GetAuthenticationHeaderAsync(
            CancellationToken cancellationToken
        ) =>
            Token is null
                ? throw new InvalidOperationException("no such program")
                : Task.FromResult(new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", Token));
    }
}
