using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Pods;

/// <summary>Describes a directory that lives as long as the pod.</summary>
internal sealed record EmptyDirSource
{
    /// <summary>What it is made of; absent means the node's disk.</summary>
    public WireEnum<VolumeMedium>? Medium { get; init; }

    /// <summary>How large it may become; empty means no limit.</summary>
    public string SizeLimit { get; init; } = "";
}
