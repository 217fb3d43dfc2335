using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Comparison;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says what the API server made of an object of the workload that was just written.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Applied">Hash of what was asked for.</param>
/// <param name="Identity">The image that was asked for; null where there is none.</param>
/// <param name="Differences">What stands there instead.</param>
internal sealed record WrittenObject(
    string Kind,
    string Applied,
    string? Identity,
    IReadOnlyList<Difference> Differences
);
