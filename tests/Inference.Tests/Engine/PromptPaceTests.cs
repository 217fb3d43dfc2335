using GemmaInference.Engine;

namespace Inference.Tests.Engine;

internal sealed class PromptPaceTests
{
    private PromptPace _pace = null!;

    [SetUp]
    public void Begin() =>
        _pace = new PromptPace(
            EngineOptions.Default with
            {
                PrefillTokens = 512,
                StreamPause = TimeSpan.FromMilliseconds(500),
            }
        );

    [Test]
    public void Nobody_waits_so_all_is_read_that_may()
    {
        _pace.Observe(512, TimeSpan.FromSeconds(5));
        Assert.That(_pace.Budget(othersStream: false), Is.EqualTo(512));
    }

    [Test]
    public void Running_answers_wait_about_as_long_as_they_may()
    {
        _pace.Observe(500, TimeSpan.FromSeconds(2));
        Assert.That(_pace.Budget(othersStream: true), Is.EqualTo(125));
    }

    [TestCase(100, 32)]
    [TestCase(0.001, 512)]
    public void The_budget_stays_within_its_bounds(double seconds, int expected)
    {
        _pace.Observe(500, TimeSpan.FromSeconds(seconds));
        Assert.That(_pace.Budget(othersStream: true), Is.EqualTo(expected));
    }

    [Test]
    public void A_few_tokens_teach_nothing()
    {
        _pace.Observe(3, TimeSpan.FromSeconds(1));
        Assert.That(_pace.Budget(othersStream: true), Is.EqualTo(512));
    }

    [Test]
    public void What_grew_slower_is_noticed()
    {
        _pace.Observe(500, TimeSpan.FromSeconds(1));
        for (var step = 0; step < 20; step++)
        {
            _pace.Observe(100, TimeSpan.FromSeconds(1));
        }

        Assert.That(_pace.Budget(othersStream: true), Is.InRange(49, 51));
    }
}
