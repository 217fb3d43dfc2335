using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Patching;

/// <summary>Says whether packages that moved are put onto the published image instead of building everything.</summary>
internal sealed record PatchingSpec
{
    /// <summary>How such an image is made.</summary>
    public WireEnum<PatchingPolicy> Policy { get; init; } = PatchingPolicy.Layers;

    /// <summary>Patches in a row, 1 to 10, after which everything is built anew.</summary>
    public int MaxLayers { get; init; } = 5;

    /// <summary>Time since the last build of everything after which the next one is such a build again.</summary>
    public WireDuration FullRebuildInterval { get; init; } = "720h";
}
