using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Plans;

/// <summary>Says what a spec leads to, as of one time, for whoever asked by the annotation.</summary>
internal sealed record PlanStatus
{
    /// <summary>Bounds the lists of the plan and of what is below it.</summary>
    public const int MostItems = 10;

    /// <summary>Value of gemmaoperator.io/plan that this answers.</summary>
    public string ObservedRequest { get; init; } = "";

    /// <summary>Generation of the spec that it speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>When it was made (UTC); it isn't made anew before somebody asks again.</summary>
    public DateTime? Time { get; init; }

    /// <summary>
    /// GemmaBaseImage of the same namespace that this spec was thought to be applied to; absent: this one.
    /// </summary>
    public string? InPlaceOf { get; init; }

    /// <summary>BuildNeeded, NoBuild, Refused or Failed.</summary>
    public WireEnum<PlanResult> Result { get; init; }

    /// <summary>Reason of the Stalled condition that a refused spec leads to; absent otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>What happens first, in a sentence; of a refused spec what is wrong, by its field.</summary>
    public string Message { get; init; } = "";

    /// <summary>Rule that decides about builds; absent where none was asked.</summary>
    public string? Rule { get; init; }

    /// <summary>Next tick of the schedule, jitter included (UTC); absent without one, and while suspended.</summary>
    public DateTime? NextScheduleTime { get; init; }

    /// <summary>What would make a build due sooner.</summary>
    public IReadOnlyList<string>? SoonerBy { get; init; }

    /// <summary>Changed inputs that spec.triggers asks for no build for; the next build has them.</summary>
    public IReadOnlyList<string>? LeftOut { get; init; }

    /// <summary>The build that is due; absent where none is.</summary>
    public PlannedBuild? Build { get; init; }

    /// <summary>What becomes of the pods; absent of a refused spec.</summary>
    public PlannedRollout? Rollout { get; init; }

    /// <summary>GemmaBaseImages of the same namespace that stand on the same base; at most 10.</summary>
    public IReadOnlyList<string>? SharesBase { get; init; }
}
