namespace GemmaOperator.Api.Words;

/// <summary>Names who lets a rollout start.</summary>
internal enum RolloutApproval
{
    Automatic,

    /// <summary>The annotation gemmaoperator.io/approve.</summary>
    Manual,
}
