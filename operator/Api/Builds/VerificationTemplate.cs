using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>Says what the candidate must prove before it is promoted.</summary>
internal sealed record VerificationTemplate
{
    /// <summary>Run the candidate by digest on a node.</summary>
    public PullTestSpec PullTest { get; init; } = new();

    /// <summary>What an image that runs as root leads to.</summary>
    public WireEnum<NonRootPolicy> NonRoot { get; init; } = NonRootPolicy.Enforce;

    /// <summary>Python modules that must import.</summary>
    public IReadOnlyList<string> Imports { get; init; } = ["torch"];

    /// <summary>Declared PyTorch version; empty is not compared.</summary>
    public string Pytorch { get; init; } = "";

    /// <summary>Declared CUDA version; empty is not compared.</summary>
    public string Cuda { get; init; } = "";

    /// <summary>Updates of the operating system that its Dockerfile brings; absent when it brings none.</summary>
    public WireEnum<SystemUpdatePolicy>? SystemUpdates { get; init; }

    /// <summary>Vulnerability scan; absent when none is asked for.</summary>
    public ScanSpec? Scan { get; init; }

    /// <summary>Where a pod with a GPU may run; absent when none is asked for.</summary>
    public GpuPlacement? Gpu { get; init; }

    /// <summary>What the reused base image has proved already.</summary>
    public VerificationStatus? Proved { get; init; }
}
