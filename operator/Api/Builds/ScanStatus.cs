namespace GemmaOperator.Api.Builds;

/// <summary>Says what a scanner found, exceptions taken off.</summary>
internal sealed record ScanStatus
{
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
    public IReadOnlyList<ScanFinding> Worst { get; init; } = [];

    /// <summary>Why there is no result; then nothing was counted.</summary>
    public string? Error { get; init; }
}
