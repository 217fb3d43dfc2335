using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Bases;
using GemmaOperator.Api.Channels;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Holds what is known of the line of a base whose channel isn't Pinned.</summary>
/// <param name="Line">The line of the declared base.</param>
/// <param name="Channel">How far it may be gone in it.</param>
/// <param name="State">What the status remembers, judged by the builds that are there.</param>
internal sealed record ChannelFacts(BaseLine Line, BaseChannel Channel, ChannelStatus State)
{
    /// <summary>Gets the version that builds stand on.</summary>
    public BaseVersion Version => Line.VersionIn(State.Taken) ?? Line.Version;

    /// <summary>Gets the base that builds stand on.</summary>
    public BaseSpec Base => Line.With(Version);

    /// <summary>Gets the version before it, which is gone back to; null when none was taken.</summary>
    public BaseVersion? Former => State.Taken is null ? null : Line.VersionIn(State.From) ?? Line.Version;

    /// <summary>Gets what the spec comes to with the base of before; null when none was taken since.</summary>
    public BuildRequest.Known? FormerInputs { get; init; }

    /// <summary>Gets the newest version that was given up; null when none was.</summary>
    public BaseVersion? NewestRefused =>
        State.Refused?.Select(r => BaseVersion.Parse(r.Version)).OfType<BaseVersion>().ToList() is { Count: > 0 } given
            ? given.Max()
            : null;

    /// <summary>
    /// Tells whether a version is one to take: newer than what is built on, within the channel, and newer than all that
    /// was given up. A patch of the present minor may be older than another minor that was given up.
    /// </summary>
    public bool IsOpen(BaseVersion version) =>
        version > Version
        && Line.Reaches(Channel, version)
        && (State.Refused ?? [])
            .Select(r => BaseVersion.Parse(r.Version))
            .OfType<BaseVersion>()
            .All(refused => version > refused || (version.IsOfMinorOf(Version) && !refused.IsOfMinorOf(Version)));
}
