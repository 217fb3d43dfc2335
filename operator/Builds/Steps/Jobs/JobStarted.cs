namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Names a Job that was created, now or by a life of this process that was cut short.</summary>
/// <param name="Job">Its name.</param>
/// <param name="Uid">Uid that the API server gave it.</param>
internal sealed record JobStarted(string Job, string? Uid = null);
