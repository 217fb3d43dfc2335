using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using k8s.Models;
using Operator.Tests.BaseImages.Serving;
using Operator.Tests.Builds;

namespace Operator.Tests.Cluster;

/// <summary>An object has the name that one of ours is to have.</summary>
internal sealed class NameTakenTests
{
    private static readonly BuildSnapshot Start = new()
    {
        Now = A.Morning,
        Build = A.Build(1),
        Jobs = [],
        Pods = [],
    };

    [Test]
    public void What_is_controlled_by_the_same_object_is_ours() => Assert.That(By(Context()), Is.Null);

    [Test]
    public void What_an_earlier_build_of_this_name_left_goes_by_itself()
    {
        var left = Context();
        left.GetController().Uid = "an-earlier-uid";
        Assert.That(
            By(left),
            Is.EqualTo(
                new NameTaken(
                    "ConfigMap ml/gemma-b1-context is of an earlier GemmaBuild gemma-b1 and goes with it; it "
                        + "is made anew when the garbage collector has been there",
                    true
                )
            )
        );
    }

    [Test]
    public void What_is_being_deleted_or_has_just_gone_does_so_too()
    {
        var going = Context();
        going.Metadata.OwnerReferences = null;
        going.Metadata.DeletionTimestamp = A.Morning;
        Assert.That(By(going), Is.EqualTo(By(null)));
        Assert.That(By(null)!.GoesByItself);
    }

    [Test]
    public void What_is_of_somebody_else_is_named()
    {
        var theirs = Context();
        theirs.Metadata.OwnerReferences = null;
        Assert.That(
            By(theirs),
            Is.EqualTo(
                new NameTaken(
                    "ConfigMap ml/gemma-b1-context isn't of this GemmaBuild: delete it, and this goes on by itself",
                    false
                )
            )
        );
        theirs.Metadata.OwnerReferences =
        [
            new V1OwnerReference
            {
                ApiVersion = "apps/v1",
                Kind = "Deployment",
                Name = "gemma-b1",
                Uid = "u",
                Controller = true,
            },
        ];
        Assert.That(By(theirs)!.Message, Does.Contain("isn't of this GemmaBuild but of Deployment gemma-b1"));
        var near = Context();
        (near.GetController().Name, near.GetController().Uid) = ("gemma-b2", "u");
        Assert.That(By(near)!.GoesByItself, Is.False, "a build of another name may be alive");
    }

    [Test]
    public void A_build_waits_and_says_so_and_costs_nothing_yet()
    {
        var blocked = new StepObstacle.Blocked(new NameTaken("theirs", false));
        var report = new StartKaniko(1).After(Start, blocked);
        var status = report.Status;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                status.Conditions.Select(c => $"{c.Type} {c.Status} {c.Reason} {c.Message}"),
                Is.EqualTo(new[] { "Succeeded Unknown NameTaken theirs", "Reconciling True NameTaken theirs" })
            );
            Assert.That(
                (status.StartTime, status.Attempts, status.JobRef, status.Failure),
                Is.EqualTo(((DateTime?)null, 0, (LocalReference?)null, (BuildFailure?)null))
            );
            Assert.That(report.Event, Is.EqualTo(new EventText(true, "NameTaken", "Build", "theirs")));
            Assert.That(new StartKaniko(1).After(Start.Then(report), blocked).Event, Is.Null, "told once");
            Assert.That(
                BuildPreemption.Decide(
                    A.Snapshot(
                        inputs: A.Inputs("i2"),
                        builds: [A.Build(1).TakingPlaceOf("gemma-b0") with { Status = status }]
                    )
                ),
                Is.Not.Null,
                "a newer spec's build has another name"
            );
        }
    }

    [TestCase(true, 5)]
    [TestCase(false, 60)]
    public void It_looks_again_in_a_while(bool goesByItself, int seconds)
    {
        var taken = new NameTaken("taken", goesByItself);
        var rollout = new RolloutDecision.Unmanaged();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                new StartVerify(1).After(Start, new StepObstacle.Blocked(taken)).Next,
                Is.EqualTo(new LookAgain.After(TimeSpan.FromSeconds(seconds)))
            );
            Assert.That(
                ImageRequeuePolicy
                    .Decide(
                        A.Snapshot(),
                        new ImageDecision.Settled(A.Morning.AddDays(1)),
                        rollout,
                        new ImageOutcome { JobBlocked = taken },
                        A.Snapshot().Status
                    )
                    .RequeueAfter,
                Is.EqualTo(TimeSpan.FromSeconds(seconds))
            );
        }
    }

    [Test]
    public void A_Job_beside_the_workload_is_told_of_where_the_rollout_is()
    {
        var world = new RolloutWorld(r => r with { PrePull = new PrePullSpec() })
        {
            Beside = new ImageOutcome { JobBlocked = new NameTaken("Job ml/x isn't ours", false) },
        };
        world.Serving(RolloutWorld.Old).With(2).Step();
        Assert.That(
            world.Message("Reconciling"),
            Does.StartWith(RolloutWorld.New.Reference).And.EndWith("; Job ml/x isn't ours")
        );
        Assert.That(
            ImageEvents.Between(new GemmaBaseImageStatus(), new GemmaBaseImageStatus(), world.Beside),
            Is.EqualTo(new[] { new EventText(true, "NameTaken", "RollOut", "Job ml/x isn't ours") })
        );
    }

    private static V1ConfigMap Context() => BuildContext.For(A.Build(1));

    private static NameTaken? By(V1ConfigMap? found) => NameTaken.By(found, BuildContext.For(A.Build(1)));
}
