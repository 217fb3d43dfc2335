using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Approval;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Cancel;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Platforms;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Builds.Steps.Reuse;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Rules;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>
/// Decides the next step of a GemmaBuild: the first rule with an opinion wins, and the order is that of the steps. A
/// new step is a folder below Builds/Steps and a line here; <see cref="BuildStep"/> shows how they follow each other.
/// </summary>
internal static class BuildPlanner
{
    private static readonly IReadOnlyList<JobStep> JobSteps =
    [
        KanikoStep.Instance,
        VerifyStep.Instance,
        ScanStep.Instance,
    ];

    /// <summary>Decides for each platform of a build for several, until all have proved themselves.</summary>
    private static readonly IReadOnlyList<Rule<BuildSnapshot, BuildStep>> PartRules =
    [
        new("a Job of a platform that others keep running is ended", s => EndJob.Decide(s, JobSteps)),
        new("a platform's image comes from a Job", KanikoStep.Decide),
        new("its config is looked at before it runs", Inspect.Decide),
        new("it proves itself before it is joined", VerifyStep.Decide),
        new("one that runs is scanned", ScanStep.Decide),
    ];

    private static readonly IReadOnlyList<Rule<BuildSnapshot, BuildStep>> Rules =
    [
        new("what the operator didn't make is left alone", NotOurs.Decide),
        new("a Job that has done its work and that others keep running is ended", s => EndJob.Decide(s, JobSteps)),
        new("alias tags that couldn't move are tried again", MoveAliasTags.Decide),
        new("what has ended stays ended", Finished.Decide),
        new("a cancel request stops what runs", CancelBuild.Decide),
        new("a good base image is not built again", ReuseBase.Decide),
        new(
            "a base image for several platforms is one for each, joined",
            s => PlatformsPolicy.Decide(s, part => PartRules.First(part)?.Decision)
        ),
        new("a base image comes from a Job", KanikoStep.Decide),
        new("a candidate's config is looked at before it runs", Inspect.Decide),
        new("a candidate proves itself before it is used", VerifyStep.Decide),
        new("a candidate that runs is scanned", ScanStep.Decide),
        new("a repository that another object has is left to it", LeaveRepository.Decide),
        new("a candidate that is what is published moves nothing", EndUnchanged.Decide),
        new("new packages wait for somebody's approval where the object asks for it", AwaitApproval.Decide),
        new("the application image is made on the base", AssembleApplication.Decide),
        new("what has proved itself gets its tags", PromoteImage.Decide),
    ];

    /// <summary>Gets the rules' names, in their order.</summary>
    public static IReadOnlyList<string> RuleNames { get; } = [.. Rules.Select(rule => rule.Name)];

    /// <summary>Decides whether a step's report lets a Job be ended that others keep running.</summary>
    public static bool LeavesJob(BuildSnapshot snapshot, BuildStep step, StepReport report) =>
        step is not EndJob
        && snapshot.Origin == BuildOrigin.Own
        && EndJob.Decide(snapshot with { Build = snapshot.Build with { Status = report.Status } }, JobSteps)
            is not null;

    /// <summary>Returns the next step, and which rule decided on it: the last one always has an opinion.</summary>
    public static Ruling<BuildStep> Decide(BuildSnapshot snapshot) => Rules.First(snapshot)!;
}
