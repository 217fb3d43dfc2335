using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Platforms;

namespace Operator.Tests.Builds.Steps;

/// <content>The steps of a build for several platforms.</content>
internal static partial class StepExamples
{
    private static BuildSnapshot ForTwo(GemmaBuild build) =>
        Given.Snapshot(build.With(t => t with { Platforms = [Platform.LinuxAmd64, Platform.LinuxArm64] }));

    private static IEnumerable<StepExample> Platforms()
    {
        yield return Worked(
            "two platforms are built, and one waits for a node",
            ForTwo(A.Build(1)),
            (part, isFirst) => new AwaitJob(KanikoStep.Instance, "job", "it runs", null, IsPending: !isFirst),
            null,
            "Unknown PodPending",
            OnChange
        );
        yield return Worked(
            "one of two platforms fails",
            ForTwo(A.Build(1)),
            (part, isFirst) => isFirst ? new GiveUp(Final) : new AwaitJob(KanikoStep.Instance, "job", "it runs", null),
            $"Warning ImportFailed Build linux/amd64: {Final.Failure.Message}",
            "False ImportFailed",
            OnChange
        );
        yield return Of(
            "two images are joined",
            new JoinPlatforms(null),
            new JoinedImage(A.Image(1)),
            ForTwo(A.Build(1)),
            $"Normal Joined Join {A.Image(1).Reference} names the images for linux/amd64 and linux/arm64",
            "Unknown Assembling",
            Now
        );
        yield return Of(
            "two images are what is published",
            new JoinPlatforms(new PublishedBuild(A.Build(1).Succeeded(), MayStay: true)),
            new JoinedImage(A.Image(1)),
            ForTwo(A.Build(2)),
            null,
            "Unknown Assembling",
            Now
        );
    }

    /// <summary>Runs steps that ask nobody.</summary>
    private static StepExample Worked(
        string name,
        BuildSnapshot s,
        Func<BuildSnapshot, bool, BuildStep> step,
        string? told,
        string condition,
        LookAgain next
    )
    {
        var work = new WorkOnPlatforms([.. s.Parts.Select((part, i) => new PlatformWork(part, step(part, i == 0)))]);
        return new StepExample(
            name,
            work,
            work.RunAsync(s, NoTools, default).GetAwaiter().GetResult(),
            told,
            condition,
            next
        );
    }

    private static StepTools NoTools => null!;
}
