namespace GemmaOperator.Api.Builds;

/// <summary>Describes one vulnerability in one package.</summary>
internal sealed record ScanFinding
{
    /// <summary>For example <c>CVE-2026-0001</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>Critical, High, Medium, Low or Unknown.</summary>
    public string Severity { get; init; } = "";

    /// <summary>Package.</summary>
    public string Package { get; init; } = "";

    /// <summary>Its version in the image.</summary>
    public string Installed { get; init; } = "";

    /// <summary>Version that mends it; empty when there is none.</summary>
    public string Fixed { get; init; } = "";
}
