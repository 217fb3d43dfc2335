using GemmaInference.Model;

namespace GemmaInference.Engine.Memory;

/// <summary>Holds what the size of a cache follows from.</summary>
/// <param name="Free">Bytes free on the device, with the weights loaded.</param>
/// <param name="ElementSize">Bytes per cached number.</param>
/// <param name="MaxContext">Null where nobody says.</param>
/// <param name="MaxSlots">Null where nobody says.</param>
/// <param name="PrefillTokens">Prompt tokens read per step.</param>
internal sealed record CacheFacts(
    GemmaConfig Config,
    long Free,
    int ElementSize,
    int? MaxContext,
    int? MaxSlots,
    int PrefillTokens,
    bool IsGpu = false
);
