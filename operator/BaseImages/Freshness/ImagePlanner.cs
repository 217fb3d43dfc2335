using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Decides about a GemmaBaseImage's freshness. Policy is an ordered list of named rules; the first with an opinion
/// wins, and the order is the policy.
/// </summary>
internal static class ImagePlanner
{
    private static readonly (string Name, Func<ImageSnapshot, ImageDecision?> Opinion)[] Rules =
    [
        ("an object that goes away is left alone", LeaveTheDeleted),
        ("a running build that nobody wants any more gives way", BuildPreemption.Of),
        ("a running build is waited for", AwaitRunningBuild),
        ("wrong input is the user's to mend", RefuseBadInput),
        ("suspended means no new builds", RespectSuspension),
        ("a due build starts when its base is known", StartDueBuild),
        ("the upstream base is watched for a moved tag", PollBase),
    ];

    public static ImageDecision Decide(ImageSnapshot snapshot) =>
        Rules.Select(rule => rule.Opinion(snapshot)).FirstOrDefault(opinion => opinion is not null)
        ?? new ImageDecision.Settled(NextLook(snapshot));

    private static ImageDecision? LeaveTheDeleted(ImageSnapshot s) =>
        s.Image.Metadata.DeletionTimestamp is null ? null : new ImageDecision.Settled(null);

    private static ImageDecision? AwaitRunningBuild(ImageSnapshot s) =>
        s.RunningBuild is { } running
            ? new ImageDecision.Wait($"Build {running.BuildName} is running", BuildPreemption.NextLook(s))
            : null;

    private static ImageDecision? RefuseBadInput(ImageSnapshot s) =>
        s.Inputs is BuildRequest.Refused refused ? new ImageDecision.Refuse(refused.Reason, refused.Message) : null;

    private static ImageDecision? RespectSuspension(ImageSnapshot s) =>
        s.Spec.Suspend ? new ImageDecision.Settled(null) : null;

    private static ImageDecision? StartDueBuild(ImageSnapshot s)
    {
        var inputs = (BuildRequest.Known)s.Inputs;
        if (DueBuild.Of(s, inputs) is not { } due)
        {
            return null;
        }

        if (BuildPreemption.PauseUntil(s) is { } pause && pause > s.Now)
        {
            return new ImageDecision.Wait(
                $"Build {s.LatestBuild!.BuildName} gave way to a newer spec; the next one starts a minute later, so that edits in a row make one build",
                pause
            );
        }

        if (!due.PassesStormGuard && MinIntervalPolicy.Until(s) is { } until && until > s.Now)
        {
            return new ImageDecision.Wait(
                $"A build is due ({string.Join(", ", due.Reasons)}) but the last one started less than {s.Spec.Triggers.MinInterval} ago",
                until
            );
        }

        var baseNow = BaseDigestFreshness.For(s, inputs, mustBeFresh: !NextBuildRenderer.KeepsBase(s, inputs, due));
        return baseNow is null
            ? new ImageDecision.ResolveBase(inputs.BaseReference, ForBuild: true, BaseDigestFreshness.FreshAfter(s))
            : NextBuildRenderer.For(s, inputs, due, baseNow);
    }

    private static ImageDecision? PollBase(ImageSnapshot s)
    {
        var inputs = (BuildRequest.Known)s.Inputs;
        return s.Spec.Triggers.BaseDigest.Enabled && BaseDigestFreshness.PollDue(s, inputs)
            ? new ImageDecision.ResolveBase(inputs.BaseReference, ForBuild: false, BaseDigestFreshness.PollAfter(s))
            : null;
    }

    private static DateTime? NextLook(ImageSnapshot s) =>
        s.Inputs is BuildRequest.Known inputs
            ? Earliest(s.Schedule?.NextTick, BaseDigestFreshness.NextPoll(s, inputs))
            : s.Schedule?.NextTick;

    private static DateTime? Earliest(DateTime? a, DateTime? b) =>
        a is null ? b
        : b is null ? a
        : a < b ? a
        : b;
}
