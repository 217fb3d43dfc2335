using GemmaOperator.Api.Models;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Status;
using Operator.Tests.BaseImages.Weights;

namespace Operator.Tests.BaseImages.Reconcile;

internal sealed class ImageRequeueTests
{
    [TestCase(true, 3)]
    [TestCase(false, 3600)]
    public void A_hub_that_asks_for_an_hour_s_pause_doesn_t_stop_a_fetch_from_being_followed(bool runs, int seconds)
    {
        var image = Weighed.Image(new ModelSpec { Hub = Weighed.Hub }, Weighed.Resolved());
        var s = runs
            ? Weighed.Snapshot(image, new WeightsFacts { Claims = [Weighed.Claim()] }, Weighed.Job(1))
            : Weighed.Snapshot(image, new WeightsFacts { Claims = [Weighed.Claim(bytes: 5)] });
        var plan = ImagePlan.Decide(s);
        var result = ImageRequeuePolicy.Decide(
            s,
            plan.Freshness.Decision,
            plan.Rollout.Decision,
            new ImageOutcome { Model = new ModelResolution.Unavailable("HTTP 429", s.Now.AddHours(1)) },
            s.Status
        );
        Assert.That(result.RequeueAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }
}
