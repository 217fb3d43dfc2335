namespace GemmaOperator.Plan;

/// <summary>
/// A schedule at one instant: <paramref name="DueTick"/> is the tick that asks for a build now (null when none does),
/// <paramref name="NextTick"/> the next one. Both are UTC and include the object's jitter.
/// </summary>
internal sealed record ScheduleFacts(DateTime? DueTick, DateTime? NextTick);
