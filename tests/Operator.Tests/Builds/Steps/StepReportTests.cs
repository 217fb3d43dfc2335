using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;

namespace Operator.Tests.Builds.Steps;

/// <summary>What every step leads to: its status, its event, its next look.</summary>
internal sealed class StepReportTests
{
    private static IEnumerable<StepExample> Examples => StepExamples.All;

    [TestCaseSource(nameof(Examples))]
    public void A_step_tells_its_event_and_no_other(StepExample example)
    {
        var told = example.Report.Event is { } e
            ? $"{(e.IsWarning ? "Warning" : "Normal")} {e.Reason} {e.Action} {e.Note}"
            : null;
        Assert.That(told, Is.EqualTo(example.Event));
    }

    [TestCaseSource(nameof(Examples))]
    public void A_step_s_status_says_how_the_build_does(StepExample example)
    {
        var (status, condition) = (
            example.Report.Status,
            example.Report.Status.Conditions.FirstOrDefault(c => c.Type == ConditionType.Succeeded)
        );
        if (example.Condition is null)
        {
            return;
        }

        Assert.That($"{condition?.Status} {condition?.Reason}", Is.EqualTo(example.Condition));
        var isOver = condition!.Status != "Unknown";
        using (Assert.EnterMultipleScope())
        {
            var going = condition.Reason is ImageReason.Stalled.ObjectRefused or ImageReason.Stalled.NotOurs
                ? ConditionType.Stalled
                : ConditionType.Reconciling;
            Assert.That(status.Conditions.Any(c => c.Type == going), Is.EqualTo(!isOver));
            Assert.That(status.CompletionTime is not null, Is.EqualTo(isOver));
            Assert.That(status.Failure?.Reason, Is.EqualTo(condition.Status == "False" ? condition.Reason : null));
            Assert.That(status.Steps.Where(s => isOver && s.Result == "Running"), Is.Empty, "nothing runs on");
            Assert.That(
                status.StartTime is null,
                Is.EqualTo(condition.Reason is "Queued" or "NameTaken" or "ObjectRefused" or "NotOurs"),
                "waiting is free"
            );
        }
    }

    [TestCaseSource(nameof(Examples))]
    public void A_step_says_when_to_look_again_and_does_not_rely_on_its_own_write(StepExample example) =>
        Assert.That(example.Report.Next, Is.EqualTo(example.Next));

    [Test]
    public void No_step_is_left_out()
    {
        var steps = typeof(BuildStep)
            .Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(BuildStep)) && !t.IsAbstract)
            .Select(t => t.Name);
        Assert.That(Examples.Select(e => e.Step.GetType().Name).Distinct(), Is.EquivalentTo(steps));
    }
}
