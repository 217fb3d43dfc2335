using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says how the upstream base is polled for a moved tag.</summary>
internal sealed record BaseDigestTrigger
{
    /// <summary>Whether a moved tag makes a build due.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Time between polls, at least 5m.</summary>
    public WireDuration Interval { get; init; } = "6h";
}
