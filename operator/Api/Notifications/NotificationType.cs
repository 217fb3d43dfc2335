namespace GemmaOperator.Api.Notifications;

/// <summary>Says how a receiver wants to be told.</summary>
internal enum NotificationType
{
    /// <summary>A JSON object of the operator's own, by POST.</summary>
    Webhook,

    /// <summary>A text, as Slack's incoming webhooks take it, and what speaks like them.</summary>
    Slack,

    /// <summary>CloudEvents 1.0 over HTTP, in the structured mode.</summary>
    CloudEvents,
}
