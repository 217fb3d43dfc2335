using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Models;

/// <summary>Says whether a moved branch or tag of the weights is followed.</summary>
internal sealed record ModelTrigger
{
    /// <summary>Whether weights that have moved are fetched and served.</summary>
    public bool Enabled { get; init; }

    /// <summary>Time between polls, at least 5m.</summary>
    public WireDuration Interval { get; init; } = "6h";
}
