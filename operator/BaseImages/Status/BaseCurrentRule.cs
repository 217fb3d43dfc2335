using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides whether the base is the newest that its channel may take, and says why it isn't.</summary>
internal static class BaseCurrentRule
{
    /// <summary>Returns null where the channel is Pinned, so that nobody is to take anything.</summary>
    public static Finding? Judge(ConditionFacts f) =>
        f is { Seen.Channel: { } channel, Status.Base: { } state } ? Judge(channel with { State = state }) : null;

    /// <summary>Judges what the status remembers.</summary>
    public static Finding Judge(ChannelFacts channel)
    {
        var (state, stands) = (channel.State, BaseLine.TextOf(channel.Base));
        var line = $"spec.base.channel {channel.Channel}";
        if (state is { Taken: { } taken, ProvedAt: null })
        {
            return Finding.False(
                ImageReason.BaseCurrent.VersionPending,
                $"{line}: {taken} was taken in place of {state.From}; it is built, verified and rolled out as any "
                    + $"change is, and given up for {state.From} if that fails"
            );
        }

        if (state.Refused is [{ } refused, ..] && channel.NewestRefused > channel.Version)
        {
            return Finding.False(
                ImageReason.BaseCurrent.VersionRefused,
                $"{line}: {refused.Version} was given up, build {refused.Build}: {refused.Message.TrimEnd('.')}. "
                    + $"{stands} stays, and that version isn't tried again: a newer one is, and a changed spec.base"
            );
        }

        if (state.Problem is { } problem)
        {
            return Finding.Unknown(
                ImageReason.BaseCurrent.TagsUnknown,
                $"{line}: {problem.TrimEnd('.')}. {stands} stays until the tags can be read"
            );
        }

        if (state.CheckedAt is null)
        {
            return Finding.Unknown(
                ImageReason.BaseCurrent.NotAsked,
                $"{line}: the tags are read when there is a good image on {stands}, which can be gone back to"
            );
        }

        return Finding.True(
            ImageReason.BaseCurrent.Newest,
            $"{line}: {stands} is the newest that may be taken" + (state.Skipped is { } why ? $"; {why}" : "")
        );
    }

    /// <summary>Tells that the base moved; null when it didn't.</summary>
    public static EventText? News(GemmaBaseImageStatus before, GemmaBaseImageStatus after) =>
        (before.Base, after.Base) is ({ } then, { } now) && then.Declared == now.Declared && then.Stands != now.Stands
            ? new EventText(
                false,
                "BaseMoved",
                "Refresh",
                $"spec.base.channel {now.Channel}: builds stand on {now.Stands} in place of {then.Stands}"
            )
            : null;
}
