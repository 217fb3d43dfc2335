using System.Net;
using GemmaOperator.Egress;
using GemmaOperator.Hub;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Registry;

namespace Operator.Tests.Hub;

/// <summary>What a hub says, and what isn't asked or shown to anybody.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HubClientTests : IAsyncDisposable
{
    private static readonly HubEndpoint Own = HubEndpoint.Parse("https://hub.example");

    private HubServer _hub = null!;

    [SetUp]
    public async Task StartAsync() => _hub = await HubServer.StartAsync();

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    [Test]
    public async Task It_tells_commit_files_and_kind_of_model()
    {
        var found = await ReadAsync(token: HubServer.Token);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Commit.ToString(), Is.EqualTo(HubServer.Commit(1)));
            Assert.That(
                found.Files.Select(f => (f.Path, f.Size)),
                Is.EqualTo(HubServer.Complete.Select(f => (f, 100L)))
            );
            Assert.That(found.ModelType, Is.EqualTo("gemma3_text"));
            Assert.That(_hub.Requests, Has.All.EndsWith($" Bearer {HubServer.Token}"));
        }
    }

    [Test]
    public async Task A_branch_with_a_slash_is_one_part_of_the_path()
    {
        _hub.Branches["refs/pr/1"] = HubServer.Commit(2);
        Assert.That((await ReadAsync("refs/pr/1")).Commit.ToString(), Is.EqualTo(HubServer.Commit(2)));
    }

    [TestCase("other/model", "main", null, HubError.Unauthorized)]
    [TestCase("other/model", "main", HubServer.Token, HubError.RepositoryNotFound)]
    [TestCase(HubServer.Repository, "nowhere", null, HubError.RevisionNotFound)]
    [TestCase(HubServer.Repository, "main", "hf_bad", HubError.Unauthorized)]
    public async Task What_is_wrong_is_told_apart(string repository, string revision, string? token, object error) =>
        Assert.That((await FailureAsync(revision, token, repository)).Error, Is.EqualTo(error));

    [Test]
    public async Task A_gated_repository_is_found_out_by_its_files()
    {
        _hub.IsGated = true;
        Assert.That((await FailureAsync()).Error, Is.EqualTo(HubError.Gated));
    }

    [TestCase(429, HubError.Unavailable, 7)]
    [TestCase(503, HubError.Unavailable, 7)]
    [TestCase(500, HubError.Unavailable, null)]
    [TestCase(418, HubError.Malformed, null)]
    public async Task An_outage_says_when_it_may_be_asked_again(int code, object error, int? seconds)
    {
        _hub.Instead = context =>
        {
            context.Response.StatusCode = code;
            context.Response.Headers.RetryAfter = seconds?.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        };
        var failure = await FailureAsync();
        Assert.That(failure.Error, Is.EqualTo(error));
        Assert.That(failure.RetryAfter?.TotalSeconds, Is.EqualTo(seconds));
    }

    [TestCase("<html>")]
    [TestCase("[]")]
    [TestCase("""{"sha": "main", "siblings": []}""")]
    [TestCase("""{"sha": "1111111111111111111111111111111111111111"}""")]
    [TestCase("")]
    public async Task Another_answer_is_no_hubs_and_isnt_repeated(string body)
    {
        _hub.Instead = context => context.Response.WriteAsync(body);
        var failure = await FailureAsync();
        Assert.That(failure.Error, Is.EqualTo(HubError.Malformed));
        Assert.That(failure.Message, Does.Not.Contain("html"));
    }

    [Test]
    public async Task An_endless_answer_is_cut()
    {
        _hub.Instead = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[1 << 16], context.RequestAborted);
            }
        };
        Assert.That((await FailureAsync()).Message, Does.Contain("larger than 8 MiB"));
    }

    [Test]
    public async Task A_redirect_elsewhere_is_followed_without_the_token()
    {
        await using var store = await HubServer.StartAsync();
        store.Instead = context => context.Response.WriteAsync("""{"model_type": "gemma"}""");
        _hub.Store = new Uri($"{store.Endpoint}/blob?signature=x");
        Assert.That((await ReadAsync(token: HubServer.Token)).ModelType, Is.EqualTo("gemma"));
        Assert.That(store.Requests, Is.EqualTo(new[] { "/blob" }));
    }

    [TestCase("http://169.254.169.254/latest/meta-data")]
    [TestCase("http://[::ffff:169.254.169.254]/")]
    [TestCase("http://user@127.0.0.1/")]
    [TestCase("ftp://127.0.0.1/")]
    public async Task A_redirect_to_where_nothing_may_be_asked_is_refused(string target)
    {
        _hub.Store = new Uri(target);
        Assert.That((await FailureAsync()).Error, Is.EqualTo(HubError.Refused));
    }

    [Test]
    public async Task A_redirect_that_never_ends_ends()
    {
        _hub.Instead = context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        };
        Assert.That((await FailureAsync()).Error, Is.EqualTo(HubError.Malformed));
    }

    [TestCase("https://hub.example", "http://metadata.example/", false, TestName = "Down to http")]
    [TestCase("https://hub.example", "https://127.0.0.1/", false, TestName = "To the operator's own machine")]
    [TestCase("https://hub.example", "https://localhost/", false, TestName = "To the operator's own machine by name")]
    [TestCase("https://hub.example", "https://169.254.169.254/", false, TestName = "To a metadata service")]
    [TestCase("https://hub.example", "https://cdn.example/", true, TestName = "To another host")]
    public async Task Where_an_https_hub_may_redirect(string endpoint, string target, bool isFollowed)
    {
        var handler = new ScriptedHandler(
            (_, n) =>
                n == 1
                    ? new HttpResponseMessage(HttpStatusCode.Redirect) { Headers = { Location = new Uri(target) } }
                    : new HttpResponseMessage(HttpStatusCode.InternalServerError)
        );
        using var http = new HttpClient(handler);
        var client = new HubClient(http, Own, new FakeTimeProvider());
        var failure = await Assert.ThrowsAsync<HubException>(() =>
            client.ReadAsync(Source(HubEndpoint.Parse(endpoint)), HubServer.Token, CancellationToken.None)
        );
        Assert.That(failure!.Error, Is.EqualTo(isFollowed ? HubError.Unavailable : HubError.Refused));
        Assert.That(handler.Requests.Skip(1), isFollowed ? Is.EqualTo(new[] { $"GET {target}" }) : Is.Empty);
    }

    [TestCase("https://name.example", "169.254.169.254", false)]
    [TestCase("https://name.example", "fe80::1", false)]
    [TestCase("https://name.example", "127.0.0.1", false)]
    [TestCase("https://name.example", "::ffff:127.0.0.1", false)]
    [TestCase("https://name.example", "64:ff9b::a9fe:a9fe", false)]
    [TestCase("https://name.example", "100.100.100.200", false)]
    [TestCase("https://name.example", "0.0.0.0", false)]
    [TestCase("https://name.example", "224.0.0.1", false)]
    [TestCase("https://hub.example", "127.0.0.1", true, TestName = "The operator's own hub may be beside it")]
    [TestCase("https://hub.example", "169.254.169.254", false, TestName = "No hub is at a metadata service")]
    public async Task What_a_name_stands_for_is_judged_after_DNS(string endpoint, string address, bool isAsked)
    {
        var closed = new UriBuilder(endpoint) { Port = ClosedPort() }.Uri.AbsoluteUri.TrimEnd('/');
        var own = HubEndpoint.Parse(closed);
        var policy =
            endpoint == Own.ToString()
                ? new EgressPolicy { Trusted = [HostAndPort.Of(own.Address)] }
                : EgressPolicy.Default;
        using var http = EgressHandler.Client(
            new EgressRules(policy) { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]) }
        );
        var client = new HubClient(http, Own, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<HubException>(() =>
            client.ReadAsync(Source(own), null, CancellationToken.None)
        );
        Assert.That(failure!.Error, Is.EqualTo(isAsked ? HubError.Unavailable : HubError.Refused), failure.Message);
    }

    [TestCase("http://hub.internal", false, false)]
    [TestCase("http://hub.internal", true, true)]
    [TestCase("http://127.0.0.1:1", false, true)]
    [TestCase("https://169.254.1.1", true, false)]
    public async Task Plain_HTTP_and_addresses_are_judged_before_anything_is_sent(
        string endpoint,
        bool insecure,
        bool isAsked
    )
    {
        var handler = new ScriptedHandler((_, _) => new HttpResponseMessage(HttpStatusCode.InternalServerError));
        using var http = new HttpClient(handler);
        var client = new HubClient(http, Own, new FakeTimeProvider());
        var source = Source(HubEndpoint.Parse(endpoint)) with { Insecure = insecure };
        await Assert.ThrowsAsync<HubException>(() => client.ReadAsync(source, null, CancellationToken.None));
        Assert.That(handler.Requests, Has.Count.EqualTo(isAsked ? 1 : 0));
    }

    [Test]
    public async Task A_silent_hub_is_given_up_after_a_while()
    {
        var time = new WatchedTime(DateTimeOffset.UnixEpoch);
        using var http = new HttpClient(new ScriptedHandler((_, _) => null));
        var asking = new HubClient(http, Own, time).ReadAsync(Source(Own), null, CancellationToken.None);
        await time.WaitingAsync(HubClient.AnswerTimeout);
        time.Advance(HubClient.AnswerTimeout);
        Assert.That(
            (await Assert.ThrowsAsync<HubException>(() => asking.WaitAsync(TimeSpan.FromSeconds(10))))!.Error,
            Is.EqualTo(HubError.Unavailable)
        );
    }

    private async Task<HubException> FailureAsync(
        string revision = "main",
        string? token = null,
        string repository = HubServer.Repository
    ) => (await Assert.ThrowsAsync<HubException>(() => ReadAsync(revision, token, repository)))!;

    private async Task<HubRevision> ReadAsync(
        string revision = "main",
        string? token = null,
        string repository = HubServer.Repository
    )
    {
        var policy = Egresses.Trusting("127.0.0.1");
        using var http = EgressHandler.Client(new EgressRules(policy));
        return await new HubClient(http, Own, TimeProvider.System, policy).ReadAsync(
            Source(HubEndpoint.Parse(_hub.Endpoint), revision, repository),
            token,
            CancellationToken.None
        );
    }

    private static HubSource Source(
        HubEndpoint endpoint,
        string revision = "main",
        string repository = HubServer.Repository
    ) => new(endpoint, repository, revision, [], Insecure: false);

    /// <summary>Returns a port of this machine that nobody listens at.</summary>
    private static int ClosedPort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();
        return port;
    }
}
