namespace GemmaOperator.Api.Plans;

/// <summary>Says what a plan comes to.</summary>
internal enum PlanResult
{
    /// <summary>A build is due, or would be.</summary>
    BuildNeeded,

    /// <summary>No build is due, nor would be.</summary>
    NoBuild,

    /// <summary>Nothing can be built from this spec, or the request can't be understood.</summary>
    Refused,

    /// <summary>What the plan depends on couldn't be read.</summary>
    Failed,
}
