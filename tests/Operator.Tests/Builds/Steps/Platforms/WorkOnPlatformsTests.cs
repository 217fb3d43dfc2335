using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Platforms;
using GemmaOperator.Cluster;

namespace Operator.Tests.Builds.Steps.Platforms;

/// <summary>All platforms of a build have one slot, for as long as any of them uses it.</summary>
internal sealed class WorkOnPlatformsTests
{
    [TestCase(SlotUse.None, false, TestName = "A_slot_that_no_platform_could_use_is_given_back")]
    [TestCase(SlotUse.Hold, true, TestName = "A_slot_is_kept_while_a_Job_of_another_platform_runs")]
    [TestCase(SlotUse.Take, true, TestName = "A_slot_is_kept_where_another_platform_has_used_it")]
    public async Task Slot(SlotUse other, bool isKept)
    {
        var s = Given.Snapshot(A.Build(1).With(t => t with { Platforms = [Platform.LinuxAmd64, Platform.LinuxArm64] }));
        var work = new WorkOnPlatforms([
            new PlatformWork(s.Parts[0], new Idle(other)),
            new PlatformWork(s.Parts[1], new Obstructed()),
        ]);
        var report = await work.RunAsync(s, null!, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(work.Slot, Is.EqualTo(SlotUse.Take));
            Assert.That(report.IsDone, Is.EqualTo(isKept));
        }
    }

    private sealed record Idle(SlotUse Use) : Step(Use)
    {
        protected override Task<StepOutcome<Nothing>> CarryOutAsync(
            BuildSnapshot s,
            StepTools tools,
            CancellationToken cancellationToken
        ) => Task.FromResult<StepOutcome<Nothing>>(default(Nothing));
    }

    private sealed record Obstructed() : Step(SlotUse.Take)
    {
        protected override Task<StepOutcome<Nothing>> CarryOutAsync(
            BuildSnapshot s,
            StepTools tools,
            CancellationToken cancellationToken
        ) => Task.FromResult<StepOutcome<Nothing>>(new StepObstacle.Unavailable("the registry is away"));
    }

    private abstract record Step(SlotUse Use) : BuildStep<Nothing>
    {
        public override string Stage => ImageReason.Reconciling.Building;

        public override SlotUse Slot => Use;

        protected override GemmaBuildStatus Fold(BuildSnapshot s, GemmaBuildStatus status, Nothing result) => status;

        protected override EventText? Tell(BuildSnapshot s, Nothing result) => null;

        protected override LookAgain NextLook(BuildSnapshot s, Nothing result) => new LookAgain.OnChange();
    }
}
