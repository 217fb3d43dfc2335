using System.Net;
using System.Text;
using GemmaOperator.Egress;
using GemmaOperator.Notifications;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Clusters;
using Operator.Tests.Egress;

namespace Operator.Tests.Notifications;

/// <summary>One request to one receiver: where it may go, and what its answer means.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NotificationSenderTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(A.Morning));

    [Test]
    public async Task A_receiver_gets_it_with_its_token()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var hook = await Place.StartAsync(_ => Task.CompletedTask);
        var came = await SendAsync(cluster, $"http://{hook.Host}/T0/B0?x=y", trusted: hook.Host, ("token", "t0ken"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(came, Is.EqualTo(new Delivery("1", "hook", DeliveryKind.Delivered)));
            Assert.That(hook.Requests, Is.EqualTo(new[] { "POST /T0/B0?x=y Bearer t0ken" }));
            Assert.That(hook.Bodies.Single(), Does.Contain("\"RolledBack\""));
        }
    }

    [TestCase(400, DeliveryKind.Refused, "Rejected")]
    [TestCase(404, DeliveryKind.Refused, "Rejected")]
    [TestCase(302, DeliveryKind.Refused, "Rejected")]
    [TestCase(408, DeliveryKind.Failed, "Unreachable")]
    [TestCase(429, DeliveryKind.Failed, "Unreachable")]
    [TestCase(500, DeliveryKind.Failed, "Unreachable")]
    [TestCase(503, DeliveryKind.Failed, "Unreachable")]
    public async Task An_answer_says_whether_it_is_worth_asking_again(int code, DeliveryKind kind, string reason)
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var hook = await Place.StartAsync(context =>
        {
            context.Response.StatusCode = code;
            context.Response.Headers.Location = "/elsewhere";
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        });
        var came = await SendAsync(cluster, $"http://{hook.Host}/path-is-a-secret", trusted: hook.Host);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((came.Kind, came.Reason), Is.EqualTo((kind, reason)));
            Assert.That(came.Message, Does.Contain($"{code}").And.Not.Contain("path-is-a-secret"));
            Assert.That(hook.Requests, Has.Count.EqualTo(1), "no redirect is followed");
            Assert.That(came.RetryAfter?.TotalSeconds, Is.EqualTo(kind == DeliveryKind.Failed ? 7 : null));
        }
    }

    [TestCase("https://127.0.0.1:PORT/")]
    [TestCase("https://localhost:PORT/")]
    [TestCase("https://[::ffff:127.0.0.1]:PORT/")]
    [TestCase("https://169.254.169.254/latest/meta-data")]
    [TestCase("http://metadata.google.internal./computeMetadata/v1/")]
    [TestCase("https://0:PORT/")]
    [TestCase("https://10.96.0.1/")]
    [TestCase("http://hook.example/")]
    public async Task Where_nobody_s_receiver_is_is_not_asked(string url)
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var inside = await Place.StartAsync(_ => Task.CompletedTask);
        var came = await SendAsync(
            cluster,
            url.Replace("PORT", inside.Host.Split(':')[1], StringComparison.Ordinal),
            trusted: null
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That((came.Kind, came.Reason), Is.EqualTo((DeliveryKind.Refused, "EgressRefused")), came.Message);
            Assert.That(inside.Requests, Is.Empty);
        }
    }

    [Test]
    public async Task A_receiver_that_hangs_is_left_alone_after_ten_seconds()
    {
        await using var cluster = await TestCluster.StartAsync();
        var asked = new TaskCompletionSource();
        await using var hook = await Place.StartAsync(context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        var sending = SendAsync(cluster, $"http://{hook.Host}/", trusted: hook.Host);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(NotificationSender.AnswerTimeout);
        var came = await sending.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(
            (came.Kind, came.Reason, came.Message),
            Is.EqualTo((DeliveryKind.Failed, "Unreachable", "there was no answer within 10 s"))
        );
    }

    [Test]
    public async Task A_Secret_that_is_not_there_is_waited_for()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var http = Client(EgressPolicy.Default);
        var came = await new NotificationSender(http, cluster.Api, EgressPolicy.Default, _time).SendAsync(
            Told(cluster),
            CancellationToken.None
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That((came.Kind, came.Reason), Is.EqualTo((DeliveryKind.Failed, "SecretNotFound")));
            Assert.That(came.Message, Does.Contain("kubectl create secret generic hook"));
        }
    }

    [Test]
    public async Task A_Secret_that_says_nothing_useful_is_told_and_tried_again()
    {
        await using var cluster = await TestCluster.StartAsync();
        var came = await SendAsync(cluster, "not an address", trusted: null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((came.Kind, came.Reason), Is.EqualTo((DeliveryKind.Failed, "SecretInvalid")));
            Assert.That(came.Message, Does.Not.Contain("not an address"));
        }
    }

    private async Task<Delivery> SendAsync(
        TestCluster cluster,
        string url,
        string? trusted,
        params (string Key, string Value)[] more
    )
    {
        await cluster.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = "hook", NamespaceProperty = cluster.Namespace },
                Data = more.Append(("url", url))
                    .ToDictionary(d => d.Item1, d => Encoding.UTF8.GetBytes(d.Item2), StringComparer.Ordinal),
            },
            CancellationToken.None
        );
        var policy = HostAndPort.TryParse(trusted, null, out var host)
            ? EgressPolicy.Default.Trusting([host])
            : EgressPolicy.Default;
        using var http = Client(policy);
        return await new NotificationSender(http, cluster.Api, policy, _time).SendAsync(
            Told(cluster),
            CancellationToken.None
        );
    }

    private static HttpClient Client(EgressPolicy policy) =>
        EgressHandler.Client(
            new EgressRules(policy)
            {
                Networks = _ => ValueTask.FromResult(ClusterNetworks.Of(["10.96.0.0/12"])),
                Resolve = (name, _) =>
                    Task.FromResult<IPAddress[]>([
                        IPAddress.Parse(
                            name is "localhost" ? "127.0.0.1"
                            : name.StartsWith("metadata", StringComparison.Ordinal) ? "169.254.169.254"
                            : "192.0.2.1"
                        ),
                    ]),
                Proxy = new WebProxy(),
            }
        );

    private static Told Told(TestCluster cluster) => new(cluster.Namespace, "gemma", Given.Receiver(), Given.Pending());
}
