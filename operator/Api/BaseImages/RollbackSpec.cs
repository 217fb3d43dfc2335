using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says what happens after a failed rollout.</summary>
internal sealed record RollbackSpec
{
    /// <summary>Go back to the previous image.</summary>
    public bool Automatic { get; init; } = true;

    /// <summary>Time a new image must stay healthy.</summary>
    public WireDuration SoakTime { get; init; } = "10m";
}
