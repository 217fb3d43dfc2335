using System.Net;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Runtime;
using static Operator.Tests.Cluster.Gpus.Labelled;

namespace Operator.Tests.BaseImages.Lines;

/// <summary>Nodes are listed once for all objects, and again after a while.</summary>
internal sealed class GpuNodeReaderTests
{
    [Test]
    public async Task A_thousand_objects_cost_one_list_until_it_is_old()
    {
        var (time, api) = (new FakeTimeProvider(), new Nodes());
        var reader = new GpuNodeReader(api, time);
        for (var i = 0; i < 1000; i++)
        {
            Assert.That(await reader.ReadAsync(CancellationToken.None), Has.Count.EqualTo(2));
        }

        Assert.That(api.Pages, Is.EqualTo(2), "one list, of two pages");
        time.Advance(GpuNodeReader.GoodFor);
        await reader.ReadAsync(CancellationToken.None);
        Assert.That(api.Pages, Is.EqualTo(4));
    }

    [Test]
    public async Task Who_may_not_see_nodes_knows_none_and_asks_seldom()
    {
        var (time, api) = (new FakeTimeProvider(), new Nodes { Answer = HttpStatusCode.Forbidden });
        var reader = new GpuNodeReader(api, time);
        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.Null);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.Null);
        Assert.That(api.Pages, Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_known_counts_while_the_API_server_does_not_answer()
    {
        var (time, api) = (new FakeTimeProvider(), new Nodes());
        var reader = new GpuNodeReader(api, time);
        await reader.ReadAsync(CancellationToken.None);
        time.Advance(GpuNodeReader.GoodFor);
        api.Answer = HttpStatusCode.ServiceUnavailable;
        Assert.That(await reader.ReadAsync(CancellationToken.None), Has.Count.EqualTo(2));
        api.Answer = null;
        time.Advance(TimeSpan.FromMinutes(1));
        await reader.ReadAsync(CancellationToken.None);
        Assert.That(api.Pages, Is.EqualTo(5), "it is asked again after a minute");
    }

    private sealed class Nodes : ScriptedApi
    {
        public int Pages { get; private set; }

        public HttpStatusCode? Answer { get; set; }

        public override Task<KubePage<T>> ListAsync<T>(ListQuery query, CancellationToken cancellationToken)
            where T : class
        {
            Pages++;
            if (Answer is { } code)
            {
                throw new KubeApiException("no", new KubeRequest("list", "nodes", null, null)) { Code = code };
            }

            var isFirst = query.Continue is null;
            V1Node[] nodes = isFirst
                ? [Node("a", "gpu.count=1"), new V1Node { Metadata = new V1ObjectMeta { Name = "plain" } }]
                : [Node("b", "gpu.count=1")];
            return Task.FromResult(new KubePage<T>([.. nodes.Cast<T>()], "1", isFirst ? "more" : null));
        }
    }
}
