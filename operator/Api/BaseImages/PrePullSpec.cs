using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says whether an image is pulled onto nodes before pods are replaced.</summary>
internal sealed record PrePullSpec
{
    /// <summary>Whether it is done.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Time after which the rollout proceeds anyway.</summary>
    public WireDuration Timeout { get; init; } = "30m";
}
