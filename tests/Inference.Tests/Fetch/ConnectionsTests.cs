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

    [TestCase(0.1, 1.0, 1, true)]
    [TestCase(0.6, 1.0, 1, false)]
    [TestCase(0.6, 1.0, 2, true)]
    [TestCase(1.5, 1.0, 2, false)]
    public void One_more_helps_idle_processors(double busy, double elapsed, int processors, bool helps) =>
        Assert.That(
            Connections.Helps(TimeSpan.FromSeconds(busy), TimeSpan.FromSeconds(elapsed), processors),
            Is.EqualTo(helps)
        );
}
