namespace GemmaOperator.Api.Notifications;

/// <summary>Names what receivers are told of.</summary>
internal enum NotificationEvent
{
    /// <summary>A build ended well, also one that found nothing changed.</summary>
    BuildSucceeded,

    /// <summary>A build failed.</summary>
    BuildFailed,

    /// <summary>An image has proved itself, and serves.</summary>
    RolloutSucceeded,

    /// <summary>An image, or settings, failed and were given up.</summary>
    RolledBack,

    /// <summary>An image waits for a person's approval.</summary>
    ApprovalNeeded,

    /// <summary>Nothing goes on until somebody does something.</summary>
    Stalled,

    /// <summary>What stalled goes on.</summary>
    Recovered,

    /// <summary>A vulnerability has been served for longer than spec.sla allows.</summary>
    SlaExceeded,
}
