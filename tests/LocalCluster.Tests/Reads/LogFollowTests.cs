using System.Threading.Channels;
using LocalCluster.Nodes;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Reads;

/// <summary>A log that is followed comes line by line, and ends with its container.</summary>
internal sealed class LogFollowTests
{
    private const string Pods = "/api/v1/namespaces/t/pods";

    [Test]
    public async Task Lines_come_as_they_are_written_until_the_container_ends()
    {
        var runner = new SpokenRunner();
        await using var world = await SmallWorld.StartAsync(
            new NodeOptions { Runner = runner, Step = TimeSpan.FromMilliseconds(1) }
        );
        await world.CreateAsync(
            Pods,
            """
            {"metadata":{"name":"p"},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"x:1"}]}}
            """
        );
        await world.UntilAsync(Pods, "p", o => (string?)o["status"]!["phase"] == "Running");
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(world.Cluster.Endpoint, $"{Pods}/p/log?follow=true")
        );
        runner.Say("one");
        using var response = await world.SendAsync(request);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.That(await reader.ReadLineAsync(limit.Token), Is.EqualTo("one"));
        runner.Say("two");
        Assert.That(await reader.ReadLineAsync(limit.Token), Is.EqualTo("two"));
        runner.End();
        Assert.That(await reader.ReadLineAsync(limit.Token), Is.Null, "the container has ended");
    }

    /// <summary>Says what a test wants said.</summary>
    private sealed class SpokenRunner : IPodRunner
    {
        private readonly Channel<string> _words = Channel.CreateUnbounded<string>();

        public void Say(string line) => _words.Writer.TryWrite(line);

        public void End() => _words.Writer.Complete();

        public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
        {
            await foreach (var line in _words.Reader.ReadAllAsync(cancellationToken))
            {
                container.Log(line);
            }

            return new ContainerResult(0);
        }
    }
}
