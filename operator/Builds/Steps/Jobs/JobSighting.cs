namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Says whether the API server has a Job that was sought.</summary>
internal enum JobSighting
{
    There,
    Gone,
}
