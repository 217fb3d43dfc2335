namespace GemmaOperator.Api.BaseImages;

/// <summary>Describes the schedule that ticks are counted by, and since when.</summary>
internal sealed record ObservedSchedule
{
    /// <summary>Cron expression, as in the spec.</summary>
    public string Schedule { get; init; } = "";

    /// <summary>IANA zone, as in the spec.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>
    /// When the operator first saw it, or the object was made with it (UTC); ticks up to then don't count.
    /// </summary>
    public DateTime? Since { get; init; }
}
