using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Contents;

/// <summary>Says which packages an image holds, in short; the whole list is in the registry.</summary>
internal sealed record ContentsStatus
{
    /// <summary>Bounds <see cref="Changes"/>.</summary>
    public const int MostChanges = 20;

    /// <summary>Packages.</summary>
    public int Packages { get; init; }

    /// <summary>Entries of the list whose names or versions can't be names or versions; they aren't counted.</summary>
    public int Unreadable { get; init; }

    /// <summary>Fingerprint of the list: equal lists have equal ones.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Fingerprint of what it was built from, the operator's own part of it included.</summary>
    public string Inputs { get; init; } = "";

    /// <summary>The system's name for itself.</summary>
    public string OsRelease { get; init; } = "";

    /// <summary>GPU architectures that PyTorch was compiled for.</summary>
    public IReadOnlyList<string> CudaArchitectures { get; init; } = [];

    /// <summary>Bytes of libtorch's directory; absent where there is none.</summary>
    public long? LibtorchBytes { get; init; }

    /// <summary>Package managers whose packages can't be listed in this image, and aren't.</summary>
    public IReadOnlyList<WireEnum<PackageKind>> Unsupported { get; init; } = [];

    /// <summary>What became of the comparison.</summary>
    public WireEnum<ContentsComparison> Comparison { get; init; }

    /// <summary>GemmaBuild whose image it was compared with.</summary>
    public string? ComparedWith { get; init; }

    /// <summary>Packages that came; absent where nothing was compared.</summary>
    public int? Added { get; init; }

    /// <summary>Packages with another version or from another place; absent where nothing was compared.</summary>
    public int? Upgraded { get; init; }

    /// <summary>Packages that went; absent where nothing was compared.</summary>
    public int? Removed { get; init; }

    /// <summary>The three counts in a word, for people who list builds.</summary>
    public string? Summary { get; init; }

    /// <summary>
    /// Python distributions and path files that weren't there before; absent where nothing was compared.
    /// </summary>
    public int? NewPackages { get; init; }

    /// <summary>
    /// Files of site-packages whose lines Python runs at each start, with the beginning of their hash; absent where
    /// they aren't known.
    /// </summary>
    public IReadOnlyList<string>? PathFiles { get; init; }

    /// <summary>New Python distributions and path files first, then the most important changes.</summary>
    public IReadOnlyList<PackageChange> Changes { get; init; } = [];

    /// <summary>
    /// Findings of what was published before that are gone; absent where the candidate or that wasn't scanned.
    /// </summary>
    public FixedFindings? Fixed { get; init; }

    /// <summary>What the image's layers hold beside its own list; absent where they weren't read.</summary>
    public LayersStatus? Layers { get; init; }

    /// <summary>The CycloneDX document.</summary>
    public SbomStatus? Sbom { get; init; }

    /// <summary>GemmaBuild whose published image this one equals in all that was compared; absent otherwise.</summary>
    public string? SameAs { get; init; }
}
