using GemmaInference.Fetch.Download;

namespace Inference.Tests.Fetch;

/// <summary>There are more connections where the network is slow, not where processors are.</summary>
[TestFixture]
internal sealed class ConnectionsTests
{
    [TestCase(1, 2)]
    [TestCase(4, 4)]
    [TestCase(64, Connections.Most)]
    public void There_are_a_few_at_first(int processors, int connections) =>
        Assert.That(Connections.First(processors), Is.EqualTo(connections));

    [TestCase(0.1, 1.0, 1, 0.9, true)]
    [TestCase(0.6, 1.0, 1, 0.9, false)]
    [TestCase(0.6, 1.0, 2, 0.9, true)]
    [TestCase(1.5, 1.0, 2, 0.9, false)]
    [TestCase(0.1, 1.0, 2, 0.05, false)]
    public void One_more_helps_where_processors_are_idle(
        double own,
        double elapsed,
        int processors,
        double idle,
        bool helps
    ) =>
        Assert.That(
            Connections.Helps(TimeSpan.FromSeconds(own), TimeSpan.FromSeconds(elapsed), processors, idle),
            Is.EqualTo(helps)
        );

    [Test]
    public void The_kernel_says_what_the_machine_does()
    {
        var before = ProcessorTimes.Parse("cpu  100 0 50 800 50 0 0 0 0 0");
        Assert.That(before, Is.EqualTo(new ProcessorTimes(850, 1000)));
        var after = ProcessorTimes.Parse("cpu  160 5 60 815 55 1 2 2 7 0");
        Assert.That(after.IdleSince(before), Is.EqualTo(0.2).Within(1e-9));
        Assert.That(ProcessorTimes.Parse("cpu  1 2 x").IdleSince(before), Is.EqualTo(1), "unknown");
        Assert.That(ProcessorTimes.Read().Total, Is.Positive);
    }
}
