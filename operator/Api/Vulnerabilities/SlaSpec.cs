using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Vulnerabilities;

/// <summary>Says how long what serves may be exposed to known vulnerabilities; absent is any time.</summary>
internal sealed record SlaSpec
{
    /// <summary>Of critical ones.</summary>
    public WireDuration? Critical { get; init; }

    /// <summary>Of high ones.</summary>
    public WireDuration? High { get; init; }

    /// <summary>Of medium ones.</summary>
    public WireDuration? Medium { get; init; }

    /// <summary>Of low ones, and of those without a severity.</summary>
    public WireDuration? Low { get; init; }
}
