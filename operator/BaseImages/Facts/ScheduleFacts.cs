using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Holds what a schedule says at one instant; times are UTC.
/// </summary>
/// <param name="DueTick">Tick that asks for a build now.</param>
/// <param name="NextTick">The next one.</param>
/// <param name="PerWeek">Ticks in a week, averaged over four.</param>
/// <param name="Observed">What ticks are counted by, to be recorded.</param>
internal sealed record ScheduleFacts(
    DateTime? DueTick,
    DateTime? NextTick,
    decimal PerWeek = 1m,
    ObservedSchedule? Observed = null
);
