using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says when rollouts may start.</summary>
internal sealed record WindowSpec
{
    /// <summary>Cron expression of the window's opening.</summary>
    public string Schedule { get; init; } = "";

    /// <summary>IANA zone.</summary>
    public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>How long it stays open.</summary>
    public WireDuration Duration { get; init; } = "4h";
}
