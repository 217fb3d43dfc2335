namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Names a Job that was created, now or by a life of this process that was cut short.</summary>
internal sealed record JobStarted(string Job);
