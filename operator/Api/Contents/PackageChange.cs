using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Contents;

/// <summary>Describes one package that came, went or moved.</summary>
internal sealed record PackageChange
{
    /// <summary>Dpkg, Rpm, Apk, Python or PathFile.</summary>
    public WireEnum<PackageKind> Kind { get; init; }

    /// <summary>Its name, with the architecture where another than the usual one is meant.</summary>
    public string Name { get; init; } = "";

    /// <summary>Version before; empty when it came.</summary>
    public string Old { get; init; } = "";

    /// <summary>Version now; empty when it went.</summary>
    public string New { get; init; } = "";
}
