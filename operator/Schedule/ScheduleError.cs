namespace GemmaOperator.Schedule;

/// <summary>What is wrong with a schedule.</summary>
/// <param name="IsZone">Whether it is the zone and not the expression.</param>
/// <param name="Problem">What is wrong, without a full stop.</param>
/// <param name="Remedy">What would be right, without a full stop.</param>
internal sealed record ScheduleError(bool IsZone, string Problem, string Remedy);
