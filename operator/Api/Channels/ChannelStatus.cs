using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Channels;

/// <summary>Says which version of its line a base is taken in, and why none newer is.</summary>
internal sealed record ChannelStatus
{
    /// <summary>Bounds <see cref="Refused"/>.</summary>
    public const int MostRefused = 8;

    /// <summary>The channel that this was decided for.</summary>
    public WireEnum<BaseChannel> Channel { get; init; }

    /// <summary>The base that the spec declares.</summary>
    public string Declared { get; init; } = "";

    /// <summary>The newer base that builds stand on; absent while that is the declared one.</summary>
    public string? Taken { get; init; }

    /// <summary>
    /// The base before it, which is gone back to when the taken one fails; absent when none was taken.
    /// </summary>
    public string? From { get; init; }

    /// <summary>Since when builds stand on the base that they stand on (UTC).</summary>
    public DateTime? Since { get; init; }

    /// <summary>Since when an image on the taken base has proved itself (UTC); absent until one has.</summary>
    public DateTime? ProvedAt { get; init; }

    /// <summary>When the registry's tags were last read, or couldn't be (UTC).</summary>
    public DateTime? CheckedAt { get; init; }

    /// <summary>
    /// Newest version that the registry has of the same variant and major; absent until its tags were read.
    /// </summary>
    public string? Newest { get; init; }

    /// <summary>A newer version that may not be taken, and why; absent when there is none.</summary>
    public string? Skipped { get; init; }

    /// <summary>Why the tags couldn't be read; absent when they could.</summary>
    public string? Problem { get; init; }

    /// <summary>Versions that were taken and given up, newest first; absent when none was.</summary>
    public IReadOnlyList<RefusedBase>? Refused { get; init; }
}
