using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Rules;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Decides about a GemmaBaseImage's freshness. Policy is an ordered list of named rules; the first with an opinion
/// wins, and the order is the policy. What leads to what:
/// <code>
///                ╭───────────────────────────── nothing due ──────────────────────────────╮
///                ▼                                                                        │
///  Refuse ◄─ bad input ─ Settled ── poll due ──► ResolveBase (poll) ── recorded ──────────┤
///                          │  ▲                                                           │
///                     due  │  ╰──────────── it ended ───────────────╮                     │
///                          ▼                                        │                     │
///        Wait (minInterval, after a preemption or a failure)        │                     │
///                          │ over                                   │                     │
///                          ▼                                        │                     │
///        Withhold (what it needs isn't there, or doesn't fit)       │                     │
///                          │ it is and does                         │                     │
///                          ▼                                        │                     │
///   ResolveBase (for the build) ── recorded ──► StartBuild ──► Wait (it runs)             │
///                          ▲                                        │                     │
///                          │                            nobody wants it any more          │
///                          ╰── due, a minute later ── Supersede ◄───╯                     │
///                                                                                         │
///  an answer that moved the digest makes a build due: back to "due" ◄─────────────────────╯
/// </code>
/// </summary>
internal static class ImagePlanner
{
    private static readonly IReadOnlyList<Rule<ImageSnapshot, ImageDecision>> Rules =
    [
        new("an object that goes away is left alone", LeaveTheDeleted),
        new("a running build that nobody wants any more gives way", BuildPreemption.Decide),
        new("a running build is waited for", AwaitRunningBuild),
        new("wrong input is the user's to mend", RefuseBadInput),
        new("suspended means no new builds", RespectSuspension),
        new("what a due build needs must be there and fit", WithholdBuild),
        new("a due build starts when its base is known", StartDueBuild),
        new("the upstream base is watched for a moved tag", PollBase),
        new("the published image is asked between ticks what a build would bring", AskBetweenTicks),
        new("a build that failed of what may pass is tried again later", AwaitRetry),
        new("nothing is due before the next tick or poll", s => new ImageDecision.Settled(NextLook(s))),
    ];

    /// <summary>Returns the decision of the first rule that has one.</summary>
    public static ImageDecision Decide(ImageSnapshot snapshot) => Rule(snapshot).Decision;

    /// <summary>Returns the decision together with the name of the rule that made it.</summary>
    public static Ruling<ImageDecision> Rule(ImageSnapshot snapshot) => Rules.First(snapshot)!;

    /// <summary>
    /// Returns whether a build would begin now, or as soon as its base is known, so that it matters whether what it
    /// needs is there.
    /// </summary>
    public static bool IsAboutToBuild(ImageSnapshot s) =>
        Decide(s) is ImageDecision.StartBuild or ImageDecision.ResolveBase { ForBuild: true };

    private static ImageDecision.Settled? LeaveTheDeleted(ImageSnapshot s) =>
        s.Image.Metadata.DeletionTimestamp is null ? null : new ImageDecision.Settled(null);

    private static ImageDecision.Wait? AwaitRunningBuild(ImageSnapshot s) =>
        s.RunningBuild is { } running
            ? new ImageDecision.Wait($"Build {running.BuildName} is running", BuildPreemption.NextLook(s))
            : null;

    private static ImageDecision.Refuse? RefuseBadInput(ImageSnapshot s) =>
        s.Inputs is BuildRequest.Refused ? new ImageDecision.Refuse() : null;

    private static ImageDecision.Settled? RespectSuspension(ImageSnapshot s) =>
        s.Spec.Suspend ? new ImageDecision.Settled(null) : null;

    /// <summary>Has an opinion only where the snapshot was gathered again for a build that would start now.</summary>
    private static ImageDecision? WithholdBuild(ImageSnapshot s) =>
        PreflightPolicy.ForBuild(s) is { } hindrance
            ? (hindrance is Hindrance.Unchanged ? PollBase(s) : null) as ImageDecision
                ?? new ImageDecision.Withhold(hindrance, s.Now + PreflightPolicy.LookAgainAfter(s, hindrance))
            : null;

    private static ImageDecision? StartDueBuild(ImageSnapshot s)
    {
        var inputs = (BuildRequest.Known)s.Inputs;
        if (DueBuild.Find(s, inputs) is not { } due)
        {
            return null;
        }

        if (BuildPreemption.PauseUntil(s) is { } pause && pause > s.Now)
        {
            return new ImageDecision.Wait(
                $"Build {s.LatestBuild!.BuildName} gave way to a newer spec; the next one starts a minute "
                    + $"later, at {At(pause)}, so that edits in a row make one build",
                pause
            );
        }

        if (!due.PassesStormGuard && MinIntervalPolicy.Until(s) is { } until && until > s.Now)
        {
            return new ImageDecision.Wait(
                $"A build is due ({string.Join(", ", due.Reasons)}) but the last one started less than "
                    + $"{s.Spec.Triggers.MinInterval} ago (spec.triggers.minInterval); it starts at {At(until)}",
                until
            );
        }

        if (ModelFreshness.AreUnknown(s))
        {
            return new ImageDecision.Wait(
                $"A build is due ({string.Join(", ", due.Reasons)}) and waits until the weights {s.Model.Text}, which "
                    + "it is to serve, are known to be there",
                null
            );
        }

        var baseNow = UpstreamBaseFreshness.Find(s, inputs, mustBeFresh: !NextBuildRenderer.KeepsBase(s, inputs, due));
        if (baseNow is null)
        {
            return new ImageDecision.ResolveBase(inputs.Base, ForBuild: true, UpstreamBaseFreshness.FreshAfter(s));
        }

        return AskFirst(s, due, baseNow) ?? NextBuildRenderer.Render(s, inputs, due, baseNow) as ImageDecision;
    }

    /// <summary>Only a tick asks: where something changed, a build is due whatever packages there are.</summary>
    private static ImageDecision.AskPackages? AskFirst(ImageSnapshot s, DueBuild due, KnownBase baseNow) =>
        due.IsOfScheduleAlone
        && s.Schedule?.DueTick is { } tick
        && ProbePolicy.ForTick(s, tick, baseNow.Digest) is { } step
            ? new ImageDecision.AskPackages(step)
            : null;

    private static ImageDecision.AskPackages? AskBetweenTicks(ImageSnapshot s) =>
        ProbePolicy.BetweenTicks(s) is { } step ? new ImageDecision.AskPackages(step, NextBesides(s)) : null;

    private static ImageDecision.ResolveBase? PollBase(ImageSnapshot s)
    {
        var inputs = (BuildRequest.Known)s.Inputs;
        return s.Spec.Triggers.BaseDigest.Enabled && UpstreamBaseFreshness.PollDue(s, inputs)
            ? new ImageDecision.ResolveBase(inputs.Base, ForBuild: false, UpstreamBaseFreshness.PollAfter(s))
            : null;
    }

    private static string At(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>
    /// A refresh that failed leaves a good image of the present spec: nothing is waited for, Fresh tells.
    /// </summary>
    private static ImageDecision.Wait? AwaitRetry(ImageSnapshot s) =>
        BuildRetry.Find(s) is { IsByItself: true } retry && !(s.LatestGoodBuild is { } good && s.IsOfPresentSpec(good))
            ? new ImageDecision.Wait(
                $"Build {retry.Failed.BuildName} failed ({retry.Failed.Succeeded?.Reason}). {retry.Announcement}",
                NextLook(s),
                ImageReason.Reconciling.BackingOff
            )
            : null;

    private static DateTime? NextLook(ImageSnapshot s) => new[] { NextBesides(s), ProbePolicy.NextAsk(s) }.Min();

    /// <summary>Returns when something is due beside questions to the image (UTC); null for nothing.</summary>
    private static DateTime? NextBesides(ImageSnapshot s) =>
        new[]
        {
            s.Schedule?.NextTick,
            s.Inputs is BuildRequest.Known inputs ? UpstreamBaseFreshness.NextPoll(s, inputs) : null,
            BuildRetry.Find(s)?.At,
            FixPolicy.NextTry(s),
        }.Min();
}
