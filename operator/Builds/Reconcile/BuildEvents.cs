using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>The events of one reconcile of a GemmaBuild.</summary>
internal static class BuildEvents
{
    public static EventText? Of(BuildSnapshot s, BuildDecision decision, BuildOutcome outcome) =>
        (decision, outcome) switch
        {
            (BuildDecision.StartJob start, BuildOutcome.JobStarted job) when s.Status.Attempts != start.Attempt =>
                new EventText(false, "JobStarted", "Build", $"Attempt {start.Attempt}: Job {job.Job}"),
            (BuildDecision.BackOff pause, _)
                when s.Status.Conditions.All(c =>
                    c.Message?.Contains($"attempt {pause.Attempt} follows", StringComparison.Ordinal) != true
                ) => new EventText(
                true,
                pause.Last.Reason,
                "Retry",
                $"{pause.Last.Message} Attempt {pause.Attempt} follows."
            ),
            (BuildDecision.StartOver over, _) => new EventText(
                true,
                over.Last.Reason,
                "Retry",
                $"{over.Last.Message} Attempt {over.Next} follows."
            ),
            (BuildDecision.SeekJob seek, BuildOutcome.JobGone) => new EventText(
                true,
                seek.Lost.Reason,
                "Retry",
                seek.Next is { } next ? $"{seek.Lost.Message} Attempt {next} follows." : seek.Lost.Message
            ),
            (_, BuildOutcome.Blocked { By: { GoesByItself: false } by })
                when s.Status.Conditions.All(c => c.Message != by.Message) => new EventText(
                true,
                ImageReason.Reconciling.NameTaken,
                "Build",
                by.Message
            ),
            (_, BuildOutcome.PushConfirmed pushed) => new EventText(
                false,
                "Pushed",
                "Build",
                $"{pushed.Candidate.Reference} is in the registry"
            ),
            (BuildDecision.StartVerify, BuildOutcome.JobStarted job) when s.Jobs.All(j => j.Metadata.Name != job.Job) =>
                new EventText(false, "VerificationStarted", "Verify", $"Job {job.Job} runs the candidate"),
            (BuildDecision.StartScan, BuildOutcome.JobStarted job) when s.Jobs.All(j => j.Metadata.Name != job.Job) =>
                new EventText(false, "ScanStarted", "Verify", $"Job {job.Job} scans the candidate"),
            (BuildDecision.Accept { Found.Scan.Error: { } unknown }, _) => new EventText(
                true,
                ImageReason.Verified.ScannerUnavailable,
                "Verify",
                unknown
            ),
            (BuildDecision.Accept accept, _) => new EventText(
                false,
                "Verified",
                "Verify",
                VerifiedText.Of(accept.Found)
            ),
            (BuildDecision.Reject reject, _) => new EventText(
                true,
                reject.Failure.Reason,
                "Verify",
                reject.Failure.Message
            ),
            (_, BuildOutcome.Inspected { Verdict.Failure: { } failure }) => new EventText(
                true,
                failure.Reason,
                "Verify",
                failure.Message
            ),
            (_, BuildOutcome.Assembled made) => new EventText(
                false,
                "Assembled",
                "Assemble",
                $"{made.Application.Reference} is in the registry"
            ),
            (_, BuildOutcome.Promoted made) => new EventText(
                false,
                "Promoted",
                "Promote",
                $"{made.Base.Reference} {Tags(s.Spec.Template.Output.AliasTags)}"
            ),
            (BuildDecision.GiveUp gone, _) => new EventText(true, gone.Failure.Reason, "Build", gone.Failure.Message),
            (BuildDecision.Fail fail, _) => new EventText(true, fail.Failure.Reason, "Build", fail.Failure.Message),
            (_, BuildOutcome.Impossible impossible) => new EventText(
                true,
                impossible.Failure.Reason,
                "Build",
                impossible.Failure.Message
            ),
            (_, BuildOutcome.Canceled) => new EventText(
                false,
                "Canceled",
                "Cancel",
                s.Build.SupersededBy is { } generation
                    ? $"Generation {generation} of {s.Spec.ImageRef.Name} or of what it names asks for something else"
                    : "spec.cancel is true"
            ),
            _ => null,
        };

    private static string Tags(IReadOnlyList<string> tags) =>
        tags switch
        {
            [] => "is published",
            [var tag] => $"has the alias tag {tag}",
            _ => $"has the alias tags {string.Join(", ", tags)}",
        };
}
