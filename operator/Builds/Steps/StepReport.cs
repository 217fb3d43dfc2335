using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps;

/// <summary>Holds all that one step leads to.</summary>
/// <param name="Status">To be written.</param>
/// <param name="Event">To be told; null for none.</param>
/// <param name="Next">When to look again.</param>
/// <param name="IsDone">Whether it was carried out; false when an obstacle was in the way.</param>
internal sealed record StepReport(GemmaBuildStatus Status, EventText? Event, LookAgain Next, bool IsDone)
{
    /// <summary>Gets what is to be told beside that, of other platforms of the build.</summary>
    public IReadOnlyList<EventText> MoreEvents { get; init; } = [];
}
