using GemmaOperator.BaseImages.Freshness;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>Nothing that a clock wrote which was a day ahead stops a fleet for a day.</summary>
internal sealed class FutureTimesTests
{
    [TestCase(0, true)]
    [TestCase(30, true)]
    [TestCase(24 * 60 * 60, false)]
    public void A_build_that_gave_way_in_the_future_is_not_waited_for(int aheadSeconds, bool isPause)
    {
        var gone = A.Build(1).Superseded(A.Morning.AddSeconds(aheadSeconds));
        var s = A.Snapshot(A.BaseImage().Knowing(1), A.Inputs("i2"), [gone]);
        Assert.That(ImagePlanner.Decide(s) is ImageDecision.Wait, Is.EqualTo(isPause));
    }

    [TestCase(-1, true)]
    [TestCase(2, true)]
    [TestCase(24 * 60, false)]
    public void Nor_is_the_interval_after_one_that_started_there(int aheadMinutes, bool isPause)
    {
        var build = A.Build(1, created: A.Morning.AddMinutes(aheadMinutes)).Succeeded();
        var s = A.Snapshot(A.BaseImage().Knowing(2), builds: [build]);
        Assert.That(ImagePlanner.Decide(s) is ImageDecision.Wait, Is.EqualTo(isPause));
    }
}
