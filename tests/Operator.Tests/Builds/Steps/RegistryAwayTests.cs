using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Runtime.Caching;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Builds.Steps;

/// <summary>Outages end by themselves: a registry that is away is waited for alike in every step.</summary>
internal sealed class RegistryAwayTests
{
    private static readonly Candidate Candidate = Candidate.Of(A.Image(1));

    private static readonly BuildStep[] Steps =
    [
        new StartKaniko(2),
        new ConfirmPush(null),
        new Inspect(Candidate),
        new AssembleApplication(Candidate, ApplicationTarget.Of(A.Build(1).Spec!.Template.Application!)),
        new PromoteImage(Candidate),
    ];

    private static IEnumerable<TestCaseData> Each =>
        Steps.Select(step => new TestCaseData(step).SetArgDisplayNames(step.GetType().Name));

    [TestCaseSource(nameof(Each))]
    public void Outage_each_step_waits_says_so_and_fails_in_a_way_that_is_tried_again_after_an_hour(object given)
    {
        var step = (BuildStep)given;
        var s = Given.Snapshot(A.Build(1).WithCandidate());
        var away = StepObstacle.Of(new RegistryException(RegistryError.Unavailable, "503"));
        var first = step.After(s, away);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.RegistriesOf(s), Has.Member("registry.example"), "it takes turns");
            Assert.That(Reconciling(first.Status), Is.EqualTo(ImageReason.Reconciling.AwaitingRegistry));
            Assert.That(first.Status.HeldBy?.Value, Is.EqualTo(BuildHold.AwaitingRegistry), "an edit takes effect");
            Assert.That(first.Status.AwaitingRegistrySince, Is.EqualTo(A.Morning));
            Assert.That(Wait(first), Is.LessThan(TimeSpan.FromSeconds(2)), "a short outage costs little");
        }

        var later = s.Then(first) with { Now = A.Morning.AddMinutes(59) };
        var still = step.After(later, away);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(still.Status.CompletionTime, Is.Null);
            Assert.That(still.Status.AwaitingRegistrySince, Is.EqualTo(A.Morning), "the wait counts from its start");
            Assert.That(Wait(still), Is.InRange(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6.25)));
        }

        var over = step.After(later with { Now = A.Morning.AddHours(1) }, away).Status;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(over.Failure?.Reason, Is.EqualTo("RegistryUnavailable"));
            Assert.That(over.Failure?.Kind?.Value, Is.EqualTo(FailureKind.Transient));
            Assert.That(over.AwaitingRegistrySince, Is.Null);
        }
    }

    [Test]
    public void Outage_an_answer_ends_the_wait_and_the_next_outage_counts_anew()
    {
        var s = Given.Snapshot(A.Build(1).WithCandidate());
        var waiting = s.Then(new Inspect(Candidate).After(s, new StepObstacle.Unavailable("503")));
        Assert.That(StatusFold.Begin(waiting).AwaitingRegistrySince, Is.Null);
    }

    [Test]
    public void Outage_a_wait_that_began_in_the_future_begins_now()
    {
        var s = Given.Snapshot(
            A.Build(1) with
            {
                Status = new GemmaBuildStatus { AwaitingRegistrySince = A.Morning.AddDays(1) },
            }
        );
        var report = new ConfirmPush(null).After(s, new StepObstacle.Unavailable("503"));
        Assert.That(report.Status.AwaitingRegistrySince, Is.EqualTo(A.Morning));
    }

    [Test]
    public void Outage_a_registry_that_asks_for_a_pause_gets_it_within_bounds()
    {
        var s = Given.Snapshot(A.Build(1));
        TimeSpan After(TimeSpan pause) =>
            Wait(new ConfirmPush(null).After(s, new StepObstacle.Unavailable("429", pause)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(After(TimeSpan.FromMinutes(2)), Is.EqualTo(TimeSpan.FromMinutes(2)));
            Assert.That(After(TimeSpan.FromDays(2)), Is.EqualTo(TimeSpan.FromMinutes(5)));
        }
    }

    /// <summary>Ten pushes whose registry is gone held all slots, for ever.</summary>
    [Test]
    public void Outage_a_build_whose_Job_has_ended_holds_no_slot_while_it_waits()
    {
        var slots = new BuildSlots(1, new ObjectCache<V1Job>(), new FakeTimeProvider());
        slots.Admit(A.Build(1), new AwaitJob(KanikoStep.Instance, "job", "it runs", null));
        Assert.That(slots.Admit(A.Build(2), new StartKaniko(1)), Is.InstanceOf<WaitForSlot>());
        slots.Admit(A.Build(1), new ConfirmPush(null));
        Assert.That(slots.Admit(A.Build(2), new StartKaniko(1)), Is.InstanceOf<StartKaniko>());
    }

    [Test]
    public void A_first_attempt_asks_nobody_and_one_after_a_failure_asks_before_it_takes_a_pod()
    {
        var s = Given.Snapshot(A.Build(1));
        var again = Given.Snapshot(Repeating(A.Build(2)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new StartKaniko(1).RegistriesOf(s), Is.Empty);
            Assert.That(new StartKaniko(2).RegistriesOf(s), Is.Not.Empty);
            Assert.That(new StartKaniko(1).RegistriesOf(again), Is.Not.Empty);
        }
    }

    private static GemmaBuild Repeating(GemmaBuild build)
    {
        build.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ApiGroup.RetryAnnotation] = "1",
        };
        return build;
    }

    private static TimeSpan Wait(StepReport report) => ((LookAgain.After)report.Next).Wait;

    private static string? Reconciling(GemmaBuildStatus status) =>
        status.Conditions.FirstOrDefault(c => c.Type == ConditionType.Reconciling)?.Reason;
}
