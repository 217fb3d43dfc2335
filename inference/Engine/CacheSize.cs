using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Engine;

/// <summary>How many sequences fit beside the weights.</summary>
/// <param name="Slots">Sequences at once.</param>
/// <param name="Context">Tokens of each, prompt and answer together.</param>
internal sealed record CacheSize(int Slots, int Context)
{
    /// <summary>The rest of free memory is for activations and the allocator's slack.</summary>
    private const double Share = 0.8;

    /// <param name="free">Bytes free on the device, with the weights loaded.</param>
    /// <param name="elementSize">Bytes per cached number.</param>
    /// <exception cref="InferenceException">Not even one slot fits.</exception>
    public static CacheSize Choose(GemmaConfig config, long free, int elementSize, int maxContext, int maxSlots)
    {
        var context = Math.Min(config.MaxPositions, maxContext);
        var perSlot = KvCache.BytesPerSlot(config, context, elementSize);
        var slots = (int)Math.Min(maxSlots, free * Share / perSlot);
        return slots >= 1
            ? new CacheSize(slots, context)
            : throw new InferenceException(
                "MAX_CONTEXT", $"one sequence of {context} tokens needs {perSlot >> 20} MiB of cache, {free >> 20} MiB are free; choose a smaller context");
    }
}
