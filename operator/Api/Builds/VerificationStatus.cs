using GemmaOperator.Api.Updates;

namespace GemmaOperator.Api.Builds;

/// <summary>Says what a candidate showed of itself.</summary>
internal sealed record VerificationStatus
{
    /// <summary>User in the image's config.</summary>
    public string User { get; init; } = "";

    /// <summary>User id that it ran as.</summary>
    public long? Uid { get; init; }

    /// <summary>Group id that it ran as.</summary>
    public long? Gid { get; init; }

    /// <summary>Version of <c>python3</c>.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Value of <c>torch.__version__</c>.</summary>
    public string? TorchVersion { get; init; }

    /// <summary>Value of <c>torch.version.cuda</c>; empty on a build without CUDA.</summary>
    public string? CudaVersion { get; init; }

    /// <summary>Directory of libtorch.</summary>
    public string? TorchLib { get; init; }

    /// <summary>GPU that torch found, if it was asked for.</summary>
    public string? Gpu { get; init; }

    /// <summary>Modules that import.</summary>
    public IReadOnlyList<string> Imports { get; init; } = [];

    /// <summary>Bytes on a node's disk.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>What became of the updates of its operating system; absent where its Dockerfile brings none.</summary>
    public SystemUpdatesStatus? SystemUpdates { get; init; }

    /// <summary>What a scanner found; absent until it has.</summary>
    public ScanStatus? Scan { get; init; }

    /// <summary>Scans that were started again, as releases before steps[].attempts counted them; only read.</summary>
    public int? ScanRetries { get; init; }

    /// <summary>What isn't right but doesn't reject it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
