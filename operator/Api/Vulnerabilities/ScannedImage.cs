using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Vulnerabilities;

/// <summary>Says what the newest scan of a base image's list of packages has found.</summary>
internal sealed record ScannedImage
{
    /// <summary>Bounds <see cref="Findings"/>.</summary>
    public const int MostFindings = 20;

    /// <summary>Digest of the base image; of the index, of an image for several platforms.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Platform whose list was scanned; absent for an image for one.</summary>
    public WireEnum<Platform>? Platform { get; init; }

    /// <summary>GemmaBuild whose list of packages was scanned.</summary>
    public string Build { get; init; } = "";

    /// <summary>Scans of it that have ended, well or not; the next Job is named after it.</summary>
    public int Runs { get; init; }

    /// <summary>Fingerprint of how it was scanned; another way makes another scan due.</summary>
    public string Settings { get; init; } = "";

    /// <summary>When it was last scanned well (UTC); absent until it was.</summary>
    public DateTime? ScanTime { get; init; }

    /// <summary>When the scanner's database was made (UTC); absent where the scanner doesn't say.</summary>
    public DateTime? DatabaseTime { get; init; }

    /// <summary>Packages that the list has.</summary>
    public int Packages { get; init; }

    /// <summary>Critical findings.</summary>
    public int Critical { get; init; }

    /// <summary>High findings.</summary>
    public int High { get; init; }

    /// <summary>Medium findings.</summary>
    public int Medium { get; init; }

    /// <summary>Low and negligible findings.</summary>
    public int Low { get; init; }

    /// <summary>Findings without a severity.</summary>
    public int Unknown { get; init; }

    /// <summary>Findings that an exception covers.</summary>
    public int Ignored { get; init; }

    /// <summary>Findings that don't count because there is no fix.</summary>
    public int Unfixed { get; init; }

    /// <summary>The worst ones.</summary>
    public IReadOnlyList<KnownVulnerability> Findings { get; init; } = [];

    /// <summary>Why the newest scan came to nothing; absent when it came to something.</summary>
    public ScanFailure? Failure { get; init; }
}
