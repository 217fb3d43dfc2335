using GemmaOperator.Builds.Failures;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Is what a Job's containers have come to.</summary>
internal abstract record JobReading
{
    private JobReading() { }

    /// <summary>It has its result, and <paramref name="Next"/> follows.</summary>
    public sealed record Result(BuildStep Next) : JobReading;

    /// <summary>There will be no result; <paramref name="At"/> is when that was clear (UTC).</summary>
    public sealed record Failed(ClassifiedFailure Failure, DateTime At) : JobReading;
}
