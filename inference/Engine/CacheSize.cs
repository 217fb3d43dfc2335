using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Engine;

/// <summary>Says how many sequences fit beside the weights.</summary>
/// <param name="Slots">Sequences at once.</param>
/// <param name="Context">Tokens of each, prompt and answer together.</param>
internal sealed record CacheSize(int Slots, int Context)
{
    /// <summary>Bounds the share of free memory that is used: the rest is the allocator's slack.</summary>
    private const double Share = 0.9;

    /// <param name="free">Bytes free on the device, with the weights loaded.</param>
    /// <param name="elementSize">Bytes per cached number.</param>
    /// <param name="prefillTokens">Prompt tokens read per step.</param>
    /// <exception cref="InferenceException">Not even one slot fits.</exception>
    public static CacheSize Choose(
        GemmaConfig config,
        long free,
        int elementSize,
        int maxContext,
        int maxSlots,
        int prefillTokens
    )
    {
        var context = Math.Min(config.MaxPositions, maxContext);
        var workspace = Workspace.OfPrefill(config, prefillTokens, context, elementSize) + Workspace.OfScores(config);
        var perSlot = KvCache.BytesPerSlot(config, context, elementSize) + Workspace.OfSequence(config);
        var slots = (int)Math.Min(maxSlots, ((free * Share) - workspace) / perSlot);
        return slots >= 1
            ? new CacheSize(slots, context)
            : throw new InferenceException(
                "MAX_CONTEXT",
                $"one sequence of {context} tokens needs {(workspace + perSlot) >> 20} MiB beside the "
                    + $"weights, {free >> 20} MiB are free; choose a smaller context"
            );
    }
}
