using GemmaOperator.Builds.Failures;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Says what a Job's containers have come to.</summary>
internal abstract record JobReading
{
    private JobReading() { }

    /// <summary>Says that the Job has its result, and that <paramref name="Next"/> follows.</summary>
    public sealed record Result(BuildStep Next) : JobReading;

    /// <summary>Says that there will be no result; <paramref name="At"/> is when that became clear (UTC).</summary>
    public sealed record Failed(ClassifiedFailure Failure, DateTime At) : JobReading;
}
