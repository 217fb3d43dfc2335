using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Updates;

/// <summary>Says which updates of its operating system an image is given.</summary>
internal sealed record SystemUpdatesSpec
{
    /// <summary>
    /// Which updates; null means all that can be had. A build fails for those that were asked for by name, and not for
    /// these.
    /// </summary>
    public WireEnum<SystemUpdatePolicy>? Policy { get; init; }
}
