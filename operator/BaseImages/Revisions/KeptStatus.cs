using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.BaseImages.Revisions;

/// <summary>Holds a status whose pod template to go back to is where it belongs.</summary>
/// <param name="After">The status to write.</param>
/// <param name="Refused">Why no revision could be made; null when nothing went wrong.</param>
/// <param name="IsDropped">Whether a template was taken out of the status that is there.</param>
internal sealed record KeptStatus(GemmaBaseImageStatus After, string? Refused = null, bool IsDropped = false)
{
    /// <summary>
    /// Returns the object to write the status over: our own write of a moment ago is no reason to take it for somebody
    /// else's.
    /// </summary>
    public GemmaBaseImage Over(GemmaBaseImage read) =>
        IsDropped && read.Status is { } status ? read with { Status = status with { ServingTemplate = null } } : read;
}
