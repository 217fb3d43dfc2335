using System.Net;
using GemmaOperator.Egress;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Runtime;

namespace Operator.Tests.Egress;

/// <summary>Which networks are the cluster's own, as far as it tells.</summary>
public sealed class ClusterNetworkReaderTests
{
    private static readonly ClusterNetworks Configured = ClusterNetworks.Of(["192.168.0.0/16"]);

    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Services_and_pods_are_read_and_the_configuration_counts_too()
    {
        using var reader = new ClusterNetworkReader(new Tells(), Configured, _time);
        var networks = await reader.GetAsync(CancellationToken.None);
        Assert.That(
            new[] { "192.168.1.1", "10.96.0.10", "fd00:96::1", "10.244.1.9", "10.244.2.9", "10.0.0.5" }.Select(a =>
                networks.Contains(IPAddress.Parse(a))
            ),
            Is.EqualTo(new[] { true, true, true, true, true, false })
        );
    }

    [Test]
    public async Task It_is_read_again_after_a_while_and_what_was_known_counts_meanwhile()
    {
        var server = new Tells();
        using var reader = new ClusterNetworkReader(server, Configured, _time);
        await reader.GetAsync(CancellationToken.None);
        await reader.GetAsync(CancellationToken.None);
        Assert.That(server.Asked, Is.EqualTo(2), "one list of each kind");
        server.Fails = HttpStatusCode.InternalServerError;
        _time.Advance(TimeSpan.FromMinutes(11));
        var networks = await reader.GetAsync(CancellationToken.None);
        Assert.That(networks.Contains(IPAddress.Parse("10.96.0.10")));
        Assert.That(server.Asked, Is.EqualTo(4));
    }

    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.NotFound)]
    public async Task Without_the_right_or_the_kind_the_configuration_decides(HttpStatusCode code)
    {
        var server = new Tells { Fails = code };
        using var reader = new ClusterNetworkReader(server, Configured, _time);
        var networks = await reader.GetAsync(CancellationToken.None);
        Assert.That(networks.Contains(IPAddress.Parse("192.168.1.1")));
        Assert.That(networks.Contains(IPAddress.Parse("10.96.0.10")), Is.False);
    }

    /// <summary>Tells of one range of Services and two nodes.</summary>
    private sealed class Tells : ScriptedApi
    {
        public int Asked { get; private set; }

        public HttpStatusCode? Fails { get; set; }

        public override Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
        {
            Asked++;
            if (Fails is { } code)
            {
                throw new KubeApiException("refused", new KubeRequest("list", typeof(T).Name, null, null))
                {
                    Code = code,
                };
            }

            object[] items =
                typeof(T) == typeof(V1ServiceCIDR)
                    ? [new V1ServiceCIDR { Spec = new V1ServiceCIDRSpec { Cidrs = ["10.96.0.0/16", "fd00:96::/112"] } }]
                    :
                    [
                        new V1Node
                        {
                            Spec = new V1NodeSpec { PodCIDR = "10.244.1.0/24", PodCIDRs = ["10.244.1.0/24"] },
                        },
                        new V1Node { Spec = new V1NodeSpec { PodCIDR = "10.244.2.0/24" } },
                        new V1Node(),
                    ];
            return Task.FromResult(new KubePage<T>([.. items.Cast<T>()], "1", null));
        }
    }
}
