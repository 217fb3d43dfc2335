using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>All that a decision about a GemmaBaseImage may look at, gathered once, the time included.</summary>
internal sealed record ImageSnapshot
{
    public required DateTime Now { get; init; }

    public required GemmaBaseImage Image { get; init; }

    /// <summary>Builds that this object owns (by uid), newest number first.</summary>
    public required IReadOnlyList<GemmaBuild> Builds { get; init; }

    public required BuildRequest Inputs { get; init; }

    /// <summary>The schedule's state; null without a (valid) schedule.</summary>
    public ScheduleFacts? Schedule { get; init; }

    public Workload Workload { get; init; } = Workload.None;

    /// <summary>
    /// Nodes that fit the server's node selector; null when they weren't asked for or may not be seen.
    /// </summary>
    public IReadOnlyList<V1Node>? Nodes { get; init; }

    public GemmaBaseImageSpec Spec => Image.Spec!;

    public GemmaBaseImageStatus Status => Image.Status ?? EmptyStatus;

    public GemmaBuild? LatestBuild => Builds.Count > 0 ? Builds[0] : null;

    public GemmaBuild? RunningBuild => Builds.FirstOrDefault(b => !b.IsFinished);

    /// <summary>
    /// The newest build that was an attempt at something: one that gave way to a newer spec was none.
    /// </summary>
    public GemmaBuild? LatestAttempt => Builds.FirstOrDefault(b => !b.IsSuperseded);

    /// <summary>The newest build, gone while it ran: deleted by hand, unless the cache is behind.</summary>
    public RecentBuild? LostBuild =>
        Status.RecentBuilds is [{ Result: RecentBuild.Running } newest, ..]
        && newest.Name == Status.LatestBuild
        && (LatestBuild?.Number ?? 0) < Status.BuildCounter
            ? newest
            : null;

    /// <summary>
    /// The newest tick that a build was made for (UTC), whether the status tells of it already or not.
    /// </summary>
    public DateTime? LatestTick => Builds.Select(b => b.ScheduledFor).Append(Status.LastScheduleTime).Max();

    /// <summary>It was made from what the present spec asks for.</summary>
    public bool IsOfPresentSpec(GemmaBuild build) =>
        Inputs is BuildRequest.Known now
        && build.Spec?.Resolved is { } made
        && made.InputsHash == now.InputsHash
        && made.PublishHash == now.PublishHash;

    public GemmaBuild? LatestGoodBuild => Builds.FirstOrDefault(b => b.HasSucceeded);

    /// <summary>The newest answer to a build request that hasn't been answered yet; null when there is none.</summary>
    public string? OpenRequest
    {
        get
        {
            var asked = Request;
            return string.IsNullOrEmpty(asked) || asked == LastHandledRequest ? null : asked;
        }
    }

    /// <summary>
    /// The newest request that a build answers. Builds are deleted, successful and failed ones not in the order of
    /// their numbers: what an older one that is left answers is old news.
    /// </summary>
    public string? LastHandledRequest =>
        Builds.Any(b => b.AnsweredRequest is { } answered && answered == Request)
            ? Request
            : Status.LastHandledRequestAt ?? Builds.Select(b => b.AnsweredRequest).FirstOrDefault(r => r is not null);

    private string? Request =>
        Image.Metadata.Annotations is { } annotations
        && annotations.TryGetValue(ApiGroup.RequestedAtAnnotation, out var value)
            ? value
            : null;

    private static readonly GemmaBaseImageStatus EmptyStatus = new();
}
