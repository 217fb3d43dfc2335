namespace GemmaOperator.Api.Words;

/// <summary>Names what keeps a build that has begun from going on. Waiting for a free slot is none.</summary>
internal enum BuildHold
{
    /// <summary>The pod of its Job can't start.</summary>
    PodPending,

    /// <summary>An attempt failed, and the next one hasn't begun.</summary>
    BackingOff,

    /// <summary>Something else has the name of its Job.</summary>
    NameTaken,

    /// <summary>The API server doesn't take an object that it needs.</summary>
    ObjectRefused,

    /// <summary>A registry that it needs doesn't answer.</summary>
    AwaitingRegistry,

    /// <summary>It brings new packages, which somebody has to approve.</summary>
    AwaitingApproval,
}
