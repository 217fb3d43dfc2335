namespace GemmaOperator.Api.Words;

/// <summary>Names how far a rollout has come.</summary>
internal enum RolloutStage
{
    /// <summary>There is no Deployment, or its controller hasn't seen the newest template.</summary>
    Unobserved,

    /// <summary>Pods are being replaced or aren't available yet.</summary>
    Progressing,

    /// <summary>All wanted pods are of the newest template and available.</summary>
    Complete,

    /// <summary>The progress deadline has passed.</summary>
    Failed,

    /// <summary>All pods are available, and must stay so for a while.</summary>
    Soaking,

    /// <summary>They were available, and aren't any more.</summary>
    Faltering,

    /// <summary>They can't be, through no fault of the image's.</summary>
    Waiting,
}
