using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;

namespace Operator.Tests.BaseImages.Status;

/// <summary>What is refused is told, once, and isn't tried again until something changes.</summary>
internal sealed class RefusedInputTests
{
    /// <summary>Within each field's bounds, but quoting doubles the values.</summary>
    public static readonly IReadOnlyList<EnvironmentVariable> LargeEnvironment =
    [
        .. Enumerable
            .Range(0, 64)
            .Select(i => new EnvironmentVariable { Name = $"V{i}", Value = new string('"', 4096) }),
    ];

    [Test]
    public void Inputs_that_no_build_can_hold_are_refused_with_what_is_wrong_and_what_would_be_right()
    {
        var refused = Oversized();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Reason, Is.EqualTo("InvalidSpec"));
            Assert.That(
                refused.Message,
                Does.Match(
                    "^spec: the Dockerfile that is rendered from it has 5[23][0-9]{4} characters; "
                        + "shorten spec.env, spec.imageLabels or spec.systemPackages so that it has at most 524288$"
                )
            );
        }
    }

    [Test]
    public void A_refusal_stalls_the_object_is_an_event_and_waits_for_a_change()
    {
        var refused = Oversized();
        var first = Pass(A.Snapshot(inputs: refused));
        var second = Pass(A.Snapshot(A.BaseImage() with { Status = first.Status }, refused));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                first.Status.Conditions.Where(c => c.Type is "Stalled" or "Ready").Select(c => c.Message),
                Is.EqualTo(new[] { refused.Message, refused.Message })
            );
            Assert.That(
                first.Events,
                Is.EqualTo(new[] { new EventText(true, "InvalidSpec", "Reconcile", refused.Message) })
            );
            Assert.That(first.RequeueAfter, Is.Null, "a change of the spec or the ConfigMap wakes it");
            Assert.That(second.Events, Is.Empty, "told once");
            Assert.That(second.RequeueAfter, Is.Null);
        }
    }

    private static (GemmaBaseImageStatus Status, IEnumerable<EventText> Events, TimeSpan? RequeueAfter) Pass(
        ImageSnapshot s
    )
    {
        var plan = ImagePlan.Decide(s);
        var (decision, rollout, outcome) = (plan.Freshness.Decision, plan.Rollout.Decision, new ImageOutcome());
        var status = ImageStatusFold.Fold(s, decision, rollout, outcome);
        var result = ImageRequeuePolicy.Decide(s, decision, rollout, outcome, status);
        Assert.That(result.IsSuccess, Is.True, "no back-off, no storm");
        return (status, ImageEvents.Between(s.Status, status, outcome), result.RequeueAfter);
    }

    private static BuildRequest.Refused Oversized()
    {
        var spec = A.BaseImage().Spec! with { Env = LargeEnvironment };
        var request = BuildRequest.From(
            spec,
            ParsedSpec.Parse(spec, null, null).Value,
            new BuildTemplate { Output = spec.Output }
        );
        Assert.That(request, Is.InstanceOf<BuildRequest.Refused>());
        return (BuildRequest.Refused)request;
    }
}
