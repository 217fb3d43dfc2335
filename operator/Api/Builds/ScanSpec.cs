using System.ComponentModel.DataAnnotations;

namespace GemmaOperator.Api.Builds;

/// <summary>Vulnerability scan of a candidate.</summary>
internal sealed record ScanSpec
{
    /// <summary>Whether it is scanned.</summary>
    public bool Enabled { get; init; }

    /// <summary>Which scanner runs.</summary>
    [AllowedValues("Trivy", "Grype", "OSVScanner")]
    public string Scanner { get; init; } = "Trivy";

    /// <summary>Scanner image with a digest; needed when enabled.</summary>
    public string Image { get; init; } = "";

    /// <summary>Lowest severity that rejects a candidate.</summary>
    [AllowedValues("Low", "Medium", "High", "Critical", "Never")]
    public string FailOn { get; init; } = "Critical";

    /// <summary>Findings without a fix don't count.</summary>
    public bool IgnoreUnfixed { get; init; } = true;

    /// <summary>Findings accepted until a date.</summary>
    public IReadOnlyList<IgnoredVulnerability> Ignore { get; init; } = [];

    /// <summary>What a scanner that can't answer leads to.</summary>
    [AllowedValues("Fail", "Warn")]
    public string OnScannerError { get; init; } = "Fail";
}
