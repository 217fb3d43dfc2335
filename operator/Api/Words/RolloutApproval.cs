namespace GemmaOperator.Api.Words;

/// <summary>Says who lets a rollout start.</summary>
internal enum RolloutApproval
{
    Automatic,

    /// <summary>The annotation gemmaoperator.io/approve.</summary>
    Manual,
}
