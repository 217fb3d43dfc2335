using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Cancel;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Builds.Steps.Reuse;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;

namespace Operator.Tests.Builds.Reconcile;

internal sealed class BuildPlannerTests
{
    [Test]
    public void A_new_build_starts_its_first_Job() =>
        Assert.That(Given.Decide(A.Build(1)), Is.EqualTo(new StartKaniko(1)));

    [Test]
    public void A_candidate_is_assembled_and_then_promoted()
    {
        var build = A.Build(1) with
        {
            Status = new GemmaBuildStatus { Attempts = 1, Candidate = A.Image(1) },
        };
        var assembled = build with { Status = build.Status! with { Application = A.Image(1, "app") } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Given.Decide(build),
                Is.EqualTo(
                    new AssembleApplication(
                        Candidate.Of(A.Image(1)),
                        ApplicationTarget.Of(build.Spec!.Template.Application!)
                    )
                )
            );
            Assert.That(Given.Decide(assembled), Is.EqualTo(new PromoteImage(Candidate.Of(A.Image(1)))));
        }
    }

    [Test]
    public void A_candidate_is_looked_at_then_run_then_scanned()
    {
        var build = A.Build(1)
            .WithCandidate()
            .With(t => t with { Verification = new VerificationTemplate { Scan = new ScanSpec() } });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Given.Decide(build), Is.EqualTo(new Inspect(Candidate.Of(A.Image(1)))));
            Assert.That(Given.Decide(Seen(null)), Is.EqualTo(new StartVerify(1)));
            Assert.That(Given.Decide(Seen(10001)), Is.EqualTo(new StartScan(1)));
        }

        GemmaBuild Seen(long? uid) =>
            build with
            {
                Status = build.Status! with
                {
                    Verification = new VerificationStatus { User = "10001", Uid = uid },
                },
            };
    }

    [Test]
    public void A_reused_base_needs_no_Job() =>
        Assert.That(
            Given.Decide(A.Build(2).With(t => t with { ReuseBase = A.Image(1) })),
            Is.EqualTo(new ReuseBase(A.Image(1), null))
        );

    [Test]
    public void A_cancel_request_stops_the_Job_that_runs()
    {
        var decision = Given.Decide(A.Build(1).Canceling(), jobs: [Given.KanikoJob(1)]) as CancelBuild;
        Assert.That(decision!.Jobs, Is.EqualTo(new[] { KanikoJob.Name(A.Build(1), 1) }));
    }

    [Test]
    public void What_has_ended_stays_ended()
    {
        var ended = A.Build(1).Succeeded();
        Assert.That(Given.Decide(ended), Is.EqualTo(new Finished()));
        Assert.That(new Finished().After(Given.Snapshot(ended)).Status, Is.SameAs(ended.Status), "nothing is written");
    }

    [Test]
    public void The_rule_that_decided_is_named()
    {
        var decided = BuildPlanner.Decide(Given.Snapshot(A.Build(1), jobs: [Given.KanikoJob(1)]));
        Assert.That(decided.Decision, Is.InstanceOf<AwaitJob>());
        Assert.That(decided.Rule, Is.EqualTo("a base image comes from a Job"));
        Assert.That(BuildPlanner.RuleNames, Is.Unique);
    }
}
