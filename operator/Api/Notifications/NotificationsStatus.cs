namespace GemmaOperator.Api.Notifications;

/// <summary>Holds what receivers are still to be told, and what went wrong with telling them.</summary>
internal sealed record NotificationsStatus
{
    /// <summary>Bounds <see cref="Pending"/>: the oldest goes when there are more.</summary>
    public const int MostPending = 20;

    /// <summary>What isn't told to everybody yet, oldest first; absent when there is nothing.</summary>
    public IReadOnlyList<PendingNotification>? Pending { get; init; }

    /// <summary>Receivers of which the newest attempt failed; absent when there are none.</summary>
    public IReadOnlyList<NotificationFailure>? Failures { get; init; }

    /// <summary>Notifications that were given up, counted for each receiver.</summary>
    public long Dropped { get; init; }
}
