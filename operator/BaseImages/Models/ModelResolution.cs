namespace GemmaOperator.BaseImages.Models;

/// <summary>Holds what a hub or a registry said of a source of weights.</summary>
internal abstract record ModelResolution
{
    private ModelResolution() { }

    /// <summary>Says what it stands for.</summary>
    public sealed record Resolved(ModelIdentity Identity) : ModelResolution;

    /// <summary>Says that nobody answered; nothing is wrong with the spec as far as anybody knows.</summary>
    /// <param name="Message">For people.</param>
    /// <param name="RetryAt">When it may be asked again (UTC); null when it doesn't say.</param>
    public sealed record Unavailable(string Message, DateTime? RetryAt = null) : ModelResolution;

    /// <summary>Says that it can't be served: the user must act.</summary>
    /// <param name="Reason">One of <c>ImageReason.Stalled</c>.</param>
    /// <param name="Message">Names the field, what is wrong, and what would be right.</param>
    public sealed record Refused(string Reason, string Message) : ModelResolution;
}
