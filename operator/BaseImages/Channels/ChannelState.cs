using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Channels;

/// <summary>
/// Judges what a status remembers of a base's channel by the builds that are there: whether what was taken has proved
/// itself, or failed and is given up. A pure function of both, so that a restart between two writes comes to the same.
/// <code>
///  declared ── a newer tag, taken ──► taken ── its image serves ──► proved ── a newer tag ──► taken
///     ▲                                 │
///     ╰──── its build or rollout failed: refused for good ◄─╯   (to the one before it; not for good
///                                                                where the spec has changed as well)
/// </code>
/// </summary>
internal static class ChannelState
{
    private const int MostWords = 400;

    /// <summary>
    /// Returns what is remembered, not yet judged; null where the channel is Pinned, or the base has no line.
    /// </summary>
    /// <param name="image">The object, its spec with its defaults and the base as declared.</param>
    public static ChannelFacts? Read(GemmaBaseImage image) =>
        image.Spec?.Base is { Channel.Value: { } wanted and not BaseChannel.Pinned } declared
        && BaseLine.Read(declared).TryGet(out var line)
            ? new ChannelFacts(line, wanted, Remembered(image.Status?.Base, line, wanted))
            : null;

    /// <summary>Judges it.</summary>
    /// <param name="facts">What is remembered, with what the spec comes to on the base before.</param>
    /// <param name="image">The object.</param>
    /// <param name="inputs">What the spec comes to on the base that was taken; null where it is refused.</param>
    /// <param name="builds">Its builds, newest first.</param>
    /// <param name="now">The time (UTC).</param>
    public static ChannelFacts Settle(
        ChannelFacts facts,
        GemmaBaseImage image,
        BuildRequest.Known? inputs,
        IReadOnlyList<GemmaBuild> builds,
        DateTime now
    ) =>
        facts.State is { Taken: { } taken, ProvedAt: null }
            ? facts with
            {
                State = Judge(facts, taken, image, inputs, builds, Conditions.WholeSeconds(now)),
            }
            : facts;

    /// <summary>
    /// Keeps what still counts: another base begins anew, another channel goes on from what it still reaches. What
    /// can't be read, since somebody edited it, counts as never written.
    /// </summary>
    private static ChannelStatus Remembered(ChannelStatus? recorded, BaseLine line, BaseChannel channel)
    {
        var anew = new ChannelStatus { Channel = channel, Declared = line.Declared };
        if (recorded is null || recorded.Declared != line.Declared)
        {
            return anew;
        }

        var isReached = line.VersionIn(recorded.Taken) is { } taken && line.Reaches(channel, taken);
        if (recorded.Channel == channel)
        {
            return isReached || recorded.Taken is null ? recorded : anew;
        }

        return isReached
            ? anew with
            {
                Taken = recorded.Taken,
                From = recorded.From,
                Since = recorded.Since,
                ProvedAt = recorded.ProvedAt,
            }
            : anew;
    }

    private static ChannelStatus Judge(
        ChannelFacts facts,
        string taken,
        GemmaBaseImage image,
        BuildRequest.Known? inputs,
        IReadOnlyList<GemmaBuild> builds,
        DateTime now
    )
    {
        var own = builds.Where(b => b.Spec?.Resolved.BaseReference == taken && !b.IsSuperseded).ToList();
        if (HasProved(image, own))
        {
            return facts.State with { ProvedAt = now };
        }

        // An image that is good and hasn't served yet is what the version is judged by, whatever fails meanwhile.
        return
            !own.Exists(b => b.HasSucceeded && !IsRejected(image.Status, b))
            && own.Find(b => b.IsFinished && inputs?.IsMadeBy(b) != false) is { } newest
            && WhyNot(image.Status, newest) is { } why
            ? IsProvedBefore(facts, builds)
                ? Refused(facts, newest, why, now)
                : GoneBack(facts, now)
            : facts.State;
    }

    /// <summary>
    /// Tells whether an image of the present spec was good on the base before. Where none was, the spec has changed
    /// since, and may be what failed: the base before is built with it first, and then the version is taken again, and
    /// refused if that spec has failed on it.
    /// </summary>
    private static bool IsProvedBefore(ChannelFacts facts, IReadOnlyList<GemmaBuild> builds) =>
        facts.FormerInputs is not { } former || builds.Any(b => b.HasSucceeded && former.IsMadeBy(b));

    private static bool HasProved(GemmaBaseImage image, List<GemmaBuild> own) =>
        image.Spec!.Rollout.Mode == RolloutMode.Managed
            ? own.Exists(b => b.HasSucceeded && b.BuildName == image.Status?.ServingImage?.Build)
            : own.Exists(b => b.HasSucceeded);

    /// <summary>
    /// Says what is wrong with an image on the taken base; null while nothing is, or what is may pass by itself or be
    /// mended outside of the spec, and is tried again.
    /// </summary>
    private static string? WhyNot(GemmaBaseImageStatus? status, GemmaBuild build)
    {
        if (build is { HasFailed: true, Succeeded: { } ended })
        {
            return build.Status?.Failure is { Kind.Value: not null } ? null : $"{ended.Reason}: {ended.Message}";
        }

        return IsRejected(status, build)
            ? $"its image was rejected in the rollout: {status?.Rollout?.LastFailure}"
            : null;
    }

    private static bool IsRejected(GemmaBaseImageStatus? status, GemmaBuild build) =>
        build.Status?.Application?.Digest is { } digest
        && status?.RejectedDigests?.Contains(digest, StringComparer.Ordinal) == true;

    private static ChannelStatus GoneBack(ChannelFacts facts, DateTime now)
    {
        var back = facts.Former is { } former && former > facts.Line.Version ? facts.State.From : null;
        return facts.State with
        {
            Taken = back,
            From = null,
            Since = now,
            ProvedAt = back is null ? null : now,
            CheckedAt = null,
        };
    }

    private static ChannelStatus Refused(ChannelFacts facts, GemmaBuild build, string why, DateTime now)
    {
        var refused = new RefusedBase
        {
            Version = facts.Version.ToString(),
            Build = build.BuildName,
            Message = Truncation.Shorten(why, MostWords),
            Time = now,
        };
        return GoneBack(facts, now) with
        {
            CheckedAt = facts.State.CheckedAt,
            Refused = Bounded([refused, .. facts.State.Refused ?? []]),
        };
    }

    /// <summary>Of a minor only the newest counts; so none that counts is forgotten for others of the same.</summary>
    private static IReadOnlyList<RefusedBase> Bounded(IEnumerable<RefusedBase> refused) =>
        [
            .. refused
                .Select(r => (Refused: r, Version: BaseVersion.Parse(r.Version) ?? default))
                .OrderByDescending(r => r.Version)
                .DistinctBy(r => (r.Version.Major, r.Version.Minor))
                .Select(r => r.Refused)
                .Take(ChannelStatus.MostRefused),
        ];
}
