using GemmaOperator.Api.Scanning;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Api.Builds;

/// <summary>Says whether and how a candidate is scanned for vulnerabilities.</summary>
internal sealed record ScanSpec
{
    /// <summary>Whether it is scanned.</summary>
    public bool Enabled { get; init; }

    /// <summary>Which scanner runs.</summary>
    public WireEnum<ScannerKind> Scanner { get; init; } = ScannerKind.Trivy;

    /// <summary>Scanner image with a digest; needed when enabled.</summary>
    public string Image { get; init; } = "";

    /// <summary>Lowest severity that rejects a candidate.</summary>
    public WireEnum<SeverityThreshold> FailOn { get; init; } = SeverityThreshold.Critical;

    /// <summary>Findings without a fix don't count.</summary>
    public bool IgnoreUnfixed { get; init; } = true;

    /// <summary>Findings accepted until a date.</summary>
    public IReadOnlyList<IgnoredVulnerability> Ignore { get; init; } = [];

    /// <summary>Requests and limits of the scanner's container.</summary>
    public V1ResourceRequirements? Resources { get; init; }

    /// <summary>What a scanner that can't answer leads to.</summary>
    public WireEnum<ScannerErrorPolicy> OnScannerError { get; init; } = ScannerErrorPolicy.Fail;

    /// <summary>Additional flags of the scanner, from an allow list; null means none.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Environment of the scanner's container, from an allow list; null means none.</summary>
    public IReadOnlyList<EnvironmentVariable>? Env { get; init; }

    /// <summary>Where the scanner has its database from; null means the scanner's own place.</summary>
    public ScanDatabase? Database { get; init; }
}
