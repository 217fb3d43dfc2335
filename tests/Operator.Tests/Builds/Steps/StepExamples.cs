using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Cancel;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Builds.Steps.Reuse;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Owners;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Steps;

/// <summary>Every step with every kind of result that it can have.</summary>
internal static partial class StepExamples
{
    private static readonly LookAgain Now = new LookAgain.Now();

    private static readonly LookAgain OnChange = new LookAgain.OnChange();

    private static readonly ClassifiedFailure Passing = ClassifiedFailure.Of(FailureReason.Evicted, "moved");

    private static readonly ClassifiedFailure Final = ClassifiedFailure.Of(FailureReason.ImportFailed, "torch: boom");

    private static readonly VerificationStatus Proved = new() { User = "10001", Uid = 10001 };

    public static IReadOnlyList<StepExample> All { get; } =
    [.. Build(), .. Proof(), .. Contents(), .. Platforms(), .. Ends(), .. Obstacles()];

    private static GemmaBuild Verified =>
        A.Build(1)
            .WithCandidate()
            .With(t => t with { Verification = new VerificationTemplate { Scan = new ScanSpec() } });

    private static PromotedImage Stuck =>
        new(A.Morning, new AliasProblem("TagImmutable", "latest is at another", "Exempt it."));

    private static BuildSnapshot PromotedWithout(string reason) =>
        Given.Snapshot(
            A.Build(1).Succeeded() is var build
                ? build with
                {
                    Status = build.Status! with
                    {
                        Conditions =
                        [
                            .. build.Status!.Conditions,
                            A.Condition(ConditionType.AliasTagsCurrent, "False", reason),
                        ],
                    },
                }
                : throw new InvalidOperationException()
        );

    private static BuildSnapshot Fresh => Given.Snapshot(A.Build(1));

    private static BuildSnapshot Pushing => Given.Snapshot(Verified);

    private static IEnumerable<StepExample> Proof()
    {
        yield return Of(
            "a config names a harmless user",
            new Inspect(Candidate.Of(A.Image(1))),
            new ImageUser("10001"),
            Pushing,
            null,
            "Unknown Verifying",
            Now
        );
        yield return Of(
            "a config names root",
            new Inspect(Candidate.Of(A.Image(1))),
            new ImageUser("0"),
            Pushing,
            $"Warning RunsAsRoot Verify its config's user \"0\" is root. {FailureReason.RunsAsRoot.Remedy}",
            "False RunsAsRoot",
            OnChange
        );
        yield return Of(
            "a verification is started",
            new StartVerify(1),
            new JobStarted("j"),
            Pushing,
            "Normal VerificationStarted Verify Job j runs the candidate",
            "Unknown Verifying",
            Now
        );
        yield return Of(
            "a scan is started",
            new StartScan(1),
            new JobStarted("j"),
            Pushing,
            "Normal ScanStarted Verify Job j scans the candidate",
            "Unknown Verifying",
            Now
        );
        yield return Of(
            "a candidate proves itself",
            new Accept(Proved),
            Pushing,
            "Normal Verified Verify runs as uid 10001",
            "Unknown Verifying",
            Now
        );
        yield return Of(
            "a scanner's failure is let pass",
            new Accept(Proved with { Scan = new ScanStatus { Error = "no database" } }),
            Pushing,
            "Warning ScannerUnavailable Verify no database",
            "Unknown Assembling",
            Now
        );
        yield return Of(
            "a candidate is no good",
            new Reject(Final, Proved),
            Pushing,
            $"Warning ImportFailed Verify {Final.Failure.Message}",
            "False ImportFailed",
            OnChange
        );
    }

    private static IEnumerable<StepExample> Ends()
    {
        yield return Of(
            "an application image is made",
            new AssembleApplication(
                Candidate.Of(A.Image(1)),
                ApplicationTarget.Of(A.Build(1).Spec!.Template.Application!)
            ),
            new AssembledApplication(A.Image(1, "app"), A.Morning),
            Given.Snapshot(A.Build(1).WithCandidate()),
            $"Normal Assembled Assemble {A.Image(1, "app").Reference} is in the registry",
            "Unknown Assembling",
            Now
        );
        yield return Of(
            "the tags move",
            new PromoteImage(Candidate.Of(A.Image(1))),
            new PromotedImage(A.Morning),
            Given.Snapshot(A.Build(1).WithCandidate()),
            $"Normal Promoted Promote {A.Image(1).Reference} has the alias tag latest",
            "True Completed",
            OnChange
        );
        yield return Of(
            "a tag can't move",
            new PromoteImage(Candidate.Of(A.Image(1))),
            Stuck,
            Given.Snapshot(A.Build(1).WithCandidate()),
            "Warning TagImmutable Promote spec.output.aliasTags: latest is at another. Exempt it. "
                + "The image is good and used by its digest.",
            "True Completed",
            Now
        );
        yield return Of(
            "a tag can't move still",
            new MoveAliasTags(Candidate.Of(A.Image(1))),
            Stuck,
            PromotedWithout("TagImmutable"),
            null,
            "True Completed",
            Now
        );
        yield return Of(
            "a tag that couldn't move moves",
            new MoveAliasTags(Candidate.Of(A.Image(1))),
            new PromotedImage(A.Morning),
            PromotedWithout("TagImmutable"),
            $"Normal Promoted Promote latest moved to {A.Image(1).Reference}",
            "True Completed",
            OnChange
        );
        yield return Of(
            "a tag that couldn't move is tried again later",
            new AwaitAliasTags(A.Morning.AddMinutes(5)),
            PromotedWithout("TagImmutable"),
            null,
            "True Completed",
            new LookAgain.After(TimeSpan.FromMinutes(5))
        );
        yield return Of(
            "a build is canceled",
            new CancelBuild([]),
            Given.Snapshot(A.Build(1).Canceling()),
            "Normal Canceled Cancel spec.cancel is true",
            "False Canceled",
            OnChange
        );
        yield return Of(
            "a build gives way to a newer spec",
            new CancelBuild([]),
            Given.Snapshot(A.Build(1).Superseded(A.Morning) with { Status = null }),
            "Normal Canceled Cancel generation 7 of gemma or of what it names asks for something else",
            "False Canceled",
            OnChange
        );
        yield return Of(
            "somebody else made the build",
            new NotOurs(),
            Given.Snapshot(A.Build(1)),
            $"Warning NotOurs Build {NotOurs.Message}",
            "Unknown NotOurs",
            new LookAgain.After(TimeSpan.FromMinutes(10))
        );
        var taken = new TakenRepository("spec.output.repository", Pushed(1).Repository, A.Morning, "b/x");
        yield return Of(
            "another object has the repository",
            new LeaveRepository(taken),
            Given.Snapshot(A.Build(1).WithCandidate()),
            "Warning PushFailed Build spec.output.repository: another object that this operator serves has "
                + "registry.example/team/gemma-base since 2026-11-23 08:30:00 UTC; name another "
                + "repository. A build of another one follows.",
            "False PushFailed",
            OnChange
        );
        yield return Of("a build has ended", new Finished(), Given.Snapshot(A.Build(1).Failed()), null, null, OnChange);
    }

    private static IEnumerable<StepExample> Obstacles()
    {
        yield return Held(
            "it can't work as it is",
            new StepObstacle.Impossible(Final),
            $"Warning ImportFailed Build {Final.Failure.Message}",
            "False ImportFailed",
            OnChange
        );
        yield return Held(
            "somebody else has the name",
            new StepObstacle.Blocked(new NameTaken("theirs", GoesByItself: false)),
            "Warning NameTaken Build theirs",
            "Unknown NameTaken",
            new LookAgain.After(TimeSpan.FromSeconds(60))
        );
        yield return Held(
            "the name becomes free by itself",
            new StepObstacle.Blocked(new NameTaken("of an earlier one", GoesByItself: true)),
            null,
            "Unknown NameTaken",
            new LookAgain.After(TimeSpan.FromSeconds(5))
        );
        yield return Held(
            "the API server refuses an object",
            new StepObstacle.Refused(new ObjectRefusal("quota")),
            "Warning ObjectRefused Build quota",
            "Unknown ObjectRefused",
            new LookAgain.After(RefusalPause.Of([], Pushing.Build.Metadata.Uid, Pushing.Now))
        );
        yield return Held(
            "the registry is away",
            new StepObstacle.Unavailable("503"),
            null,
            "Unknown AwaitingRegistry",
            new StepObstacle.Unavailable("503").Next(Pushing, Pushing.Status)
        );
    }

    private static StepExample Held(string name, StepObstacle obstacle, string? told, string condition, LookAgain next)
    {
        var step = new Inspect(Candidate.Of(A.Image(1)));
        return new StepExample(name, step, step.After(Pushing, obstacle), told, condition, next);
    }

    private static StepExample Of(
        string name,
        BuildStep<Nothing> step,
        BuildSnapshot s,
        string? told,
        string? condition,
        LookAgain next
    ) => Of(name, step, default(Nothing), s, told, condition, next);

    private static StepExample Of<TResult>(
        string name,
        BuildStep<TResult> step,
        TResult result,
        BuildSnapshot s,
        string? told,
        string? condition,
        LookAgain next
    )
        where TResult : notnull => new(name, step, step.After(s, result), told, condition, next);

    private static PushedImage Pushed(int digest) =>
        new(
            ImageRepository.Parse("registry.example/team/gemma-base"),
            ImageTag.Parse("b1"),
            ImageDigest.Parse(A.Digest(digest)),
            1
        );
}
