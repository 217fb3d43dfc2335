using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Notifications;

/// <summary>Names the Secret that says where a receiver is.</summary>
internal sealed record ReceiverSecret
{
    /// <summary>Name of the Secret in the same namespace.</summary>
    [Required]
    public string Name { get; init; } = "";
}
