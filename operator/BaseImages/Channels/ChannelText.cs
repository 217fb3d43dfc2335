using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Channels;

namespace GemmaOperator.BaseImages.Channels;

/// <summary>Says in a line where a base stands in its channel; the condition says it in full.</summary>
internal static class ChannelText
{
    /// <summary>Returns the channel, the newest version, and why that isn't what builds stand on.</summary>
    public static string Of(ChannelStatus state) =>
        string.Join(
            "; ",
            new[]
            {
                $"channel {state.Channel.Text}",
                state.Newest is { } newest ? $"newest {newest}" : "its tags weren't read yet",
                Why(state),
            }.OfType<string>()
        );

    private static string? Why(ChannelStatus state) =>
        state is { Taken: not null, ProvedAt: null } ? $"not proved yet, goes back to {state.From}"
        : state.Refused is [{ } refused, ..]
        && BaseVersion.Parse(refused.Version) is { } given
        && BaseLine.VersionAtFront(state.Stands) is { } stands
        && given > stands
            ? $"{refused.Version} was given up, build {refused.Build}"
        : state.Problem is { } problem ? $"tags can't be read: {problem}"
        : state.Skipped;
}
