using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says what a candidate must prove before it is promoted.</summary>
internal sealed record VerificationSpec
{
    /// <summary>Run the candidate by digest on a node.</summary>
    public PullTestSpec PullTest { get; init; } = new();

    /// <summary>What an image that runs as root leads to.</summary>
    public WireEnum<NonRootPolicy> NonRoot { get; init; } = NonRootPolicy.Enforce;

    /// <summary>Python modules that must import.</summary>
    public IReadOnlyList<string> Imports { get; init; } = ["torch"];

    /// <summary>What new Python packages lead to.</summary>
    public WireEnum<NewPackagesPolicy> NewPackages { get; init; } = NewPackagesPolicy.Allow;

    /// <summary>Vulnerability scan.</summary>
    public ScanSpec Scan { get; init; } = new();
}
