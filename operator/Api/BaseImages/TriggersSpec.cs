using GemmaOperator.Api.Models;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says what makes a build due.</summary>
internal sealed record TriggersSpec
{
    /// <summary>A change of what goes into the image.</summary>
    public bool SpecChange { get; init; } = true;

    /// <summary>A change of the referenced ConfigMaps' data.</summary>
    public bool RequirementsChange { get; init; } = true;

    /// <summary>A moved tag of the upstream base.</summary>
    public BaseDigestTrigger BaseDigest { get; init; } = new();

    /// <summary>A moved branch or tag of the model's weights: makes no build due, but new pods.</summary>
    public ModelTrigger Model { get; init; } = new();

    /// <summary>Packages that a build would bring anew; null means that nobody asks.</summary>
    public PackagesTrigger? Packages { get; init; }

    /// <summary>A vulnerability that has a fix; null scans nothing.</summary>
    public VulnerabilityTrigger? Vulnerabilities { get; init; }

    /// <summary>Storm guard between builds; manual requests and spec changes pass it.</summary>
    public WireDuration MinInterval { get; init; } = "30m";
}
