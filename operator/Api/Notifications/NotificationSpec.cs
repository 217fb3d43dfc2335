using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Notifications;

/// <summary>Describes one receiver of what happens to an image.</summary>
internal sealed record NotificationSpec
{
    /// <summary>Name of the receiver, which no other of the list has.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>How it wants to be told.</summary>
    [Required]
    public WireEnum<NotificationType> Type { get; init; }

    /// <summary>Secret with the key <c>url</c>, and perhaps <c>token</c> and <c>secret</c>.</summary>
    [Required]
    public ReceiverSecret SecretRef { get; init; } = new();

    /// <summary>What it is told of; null means everything.</summary>
    public IReadOnlyList<WireEnum<NotificationEvent>>? Events { get; init; }

    /// <summary>The text that it gets, with placeholders; null means the usual one.</summary>
    public string? Template { get; init; }

    /// <summary>Returns whether it is told of an event.</summary>
    public bool Wants(NotificationEvent happened) =>
        Events is not { Count: > 0 } || Events.Any(e => e.Equals(happened));
}
