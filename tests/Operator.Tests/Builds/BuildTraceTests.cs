using System.Diagnostics;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds;
using Operator.Tests.Tracing;

namespace Operator.Tests.Builds;

/// <summary>The spans of a build and of its rollout, from what statuses say.</summary>
[NonParallelizable]
internal sealed class BuildTraceTests
{
    [Test]
    public void A_build_is_one_trace_whose_id_is_its_uid()
    {
        var build = TraceExportTests.Build();
        var spans = Listen(() => BuildTrace.Ended(build, build.Status!));
        var whole = spans.Single(s => s.Parent is null && s.ParentSpanId == default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                spans.Select(s => s.TraceId.ToHexString()).Distinct(),
                Is.EqualTo(new[] { "0f8fad5bd9cb469fa16570867728950e" })
            );
            Assert.That(whole.DisplayName, Is.EqualTo("build gemma"));
            Assert.That(
                spans.Where(s => s != whole).Select(s => (s.DisplayName, s.Duration.TotalSeconds)),
                Is.EqualTo(new[] { ("queue", 120.0), ("build", 300.0), ("verify", 60.0), ("promote", 3.0) })
            );
            Assert.That(spans.Where(s => s != whole).Select(s => s.ParentSpanId), Is.All.EqualTo(whole.SpanId));
            Assert.That(whole.Duration, Is.EqualTo(TimeSpan.FromMinutes(15)));
            Assert.That(whole.Status, Is.EqualTo(ActivityStatusCode.Ok));
            Assert.That(whole.GetTagItem("gemma.build.digest"), Is.EqualTo(build.Status!.Promoted!.Digest));
        }
    }

    [Test]
    public void A_failed_step_and_its_build_are_errors()
    {
        var build = TraceExportTests.Build();
        var status = build.Status! with
        {
            Conditions = [A.Condition("Succeeded", "False", "RunsAsRoot")],
            Steps = [build.Status!.Steps[0], build.Status.Steps[1] with { Result = "Failed" }],
        };
        var spans = Listen(() => BuildTrace.Ended(build, status));
        Assert.That(
            spans.Where(s => s.Status == ActivityStatusCode.Error).Select(s => s.DisplayName),
            Is.EquivalentTo(new[] { "verify", "build gemma" })
        );
    }

    [Test]
    public void A_span_begins_no_other_s_trace()
    {
        var build = TraceExportTests.Build();
        using var other = new Activity("reconcile").Start();
        var spans = Listen(() => BuildTrace.Ended(build, build.Status!));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spans.Select(s => s.TraceId), Is.All.Not.EqualTo(other.TraceId));
            Assert.That(Activity.Current, Is.SameAs(other));
        }
    }

    [Test]
    public void A_rollout_is_in_the_trace_of_its_build()
    {
        var build = TraceExportTests.Build();
        var app = build.Status!.Application!;
        var now = build.Status.CompletionTime!.Value.AddMinutes(20);
        var image = A.BaseImage() with
        {
            Status = new GemmaBaseImageStatus
            {
                Held = new HeldStatus
                {
                    Reason = "AwaitingApproval",
                    Build = build.BuildName,
                    Since = now.AddMinutes(-15),
                },
                Rollout = new RolloutStatus { Digest = app.Digest, SoakStartTime = now.AddMinutes(-5) },
            },
        };
        var spans = Listen(() => BuildTrace.RolledOut(image, image.Status! with { ServingImage = app }, [build], now));
        var given = Listen(() =>
            BuildTrace.RolledOut(image, image.Status! with { RejectedDigests = [app.Digest] }, [build], now)
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                spans.Select(s => (s.DisplayName, s.Duration.TotalMinutes, s.TraceId)),
                Is.EquivalentTo(
                    new[]
                    {
                        ("rollout gemma", 20.0, BuildTrace.IdOf(build.Metadata.Uid)!.Value),
                        ("held AwaitingApproval", 15.0, BuildTrace.IdOf(build.Metadata.Uid)!.Value),
                        ("soak", 5.0, BuildTrace.IdOf(build.Metadata.Uid)!.Value),
                    }
                )
            );
            Assert.That(
                given.Single(s => s.DisplayName == "rollout gemma").Status,
                Is.EqualTo(ActivityStatusCode.Error)
            );
            Assert.That(
                Listen(() => BuildTrace.RolledOut(image, image.Status!, [build], now)),
                Is.Empty,
                "nothing has ended"
            );
        }
    }

    [TestCase("")]
    [TestCase(null)]
    [TestCase("build-1")]
    [TestCase("00000000-0000-0000-0000-000000000000")]
    public void What_is_no_uid_is_no_trace_of_its_own(string? uid) => Assert.That(BuildTrace.IdOf(uid), Is.Null);

    private static List<Activity> Listen(Action act)
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == BuildTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        act();
        return spans;
    }
}
