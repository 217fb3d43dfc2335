using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Api.Builds;

/// <summary>Says how far a build has come.</summary>
internal sealed record GemmaBuildStatus
{
    /// <summary>Generation this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>
    /// Uid of the GemmaBaseImage that was seen to have made it; absent in what a release before this wrote, and in a
    /// build that the operator didn't make.
    /// </summary>
    public string? ConfirmedOwner { get; init; }

    /// <summary>Succeeded, Reconciling, Stalled, ContentsKnown and AliasTagsCurrent.</summary>
    public IReadOnlyList<V1Condition> Conditions { get; init; } = [];

    /// <summary>Steps in the order they ran.</summary>
    public IReadOnlyList<BuildStepStatus> Steps { get; init; } = [];

    /// <summary>
    /// What keeps it from going on: PodPending, BackingOff, NameTaken or AwaitingRegistry; absent while nothing does,
    /// and in a status of a release that didn't record it.
    /// </summary>
    public WireEnum<BuildHold>? HeldBy { get; init; }

    /// <summary>Jobs started.</summary>
    public int Attempts { get; init; }

    /// <summary>Newest Job.</summary>
    public LocalReference? JobRef { get; init; }

    /// <summary>Base image as pushed.</summary>
    public ImageStatus? Candidate { get; init; }

    /// <summary>Base image once it is good; alias tags move to it as far as the registry lets them.</summary>
    public ImageStatus? Promoted { get; init; }

    /// <summary>Application image.</summary>
    public ImageStatus? Application { get; init; }

    /// <summary>What the candidate showed of itself.</summary>
    public VerificationStatus? Verification { get; init; }

    /// <summary>
    /// Packages that the candidate holds, and what of them moved; absent where that isn't known, see ContentsKnown.
    /// </summary>
    public ContentsStatus? Contents { get; init; }

    /// <summary>Base image as pushed, given up since it holds what the published one holds; absent otherwise.</summary>
    public ImageStatus? Discarded { get; init; }

    /// <summary>What became of each platform's image, of a build for several; absent in a build for one.</summary>
    public IReadOnlyList<PlatformStatus>? Platforms { get; init; }

    /// <summary>Why it failed.</summary>
    public BuildFailure? Failure { get; init; }

    /// <summary>Versions of the Secrets that registries were asked with; others are a reason to try again.</summary>
    public string? CredentialsVersion { get; init; }

    /// <summary>Since when a registry that it needs doesn't answer (UTC); absent while it does.</summary>
    public DateTime? AwaitingRegistrySince { get; init; }

    /// <summary>When the first step started (UTC).</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public DateTime? CompletionTime { get; init; }
}
