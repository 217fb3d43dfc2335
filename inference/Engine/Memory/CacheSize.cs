using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Engine.Memory;

/// <summary>Says how many sequences fit beside the weights.</summary>
/// <param name="Slots">Sequences at once.</param>
/// <param name="Context">Tokens of each, prompt and answer together.</param>
internal sealed record CacheSize(int Slots, int Context)
{
    /// <summary>Bounds the share of free memory that is used: the rest is the allocator's slack.</summary>
    public const double Share = 0.9;

    /// <summary>Bounds the share of free memory that a context longer than asked for may take on a CPU.</summary>
    public const double CpuShare = 0.25;

    public const int UsualContext = 4096;
    public const int LeastContext = 512;
    public const int UsualSlots = 16;

    /// <summary>More decode no faster on a GPU, and their sampling takes memory.</summary>
    public const int MostSlotsOnGpu = 128;

    /// <summary>Gets how many pages all slots share; 0 where each has all its memory from the start.</summary>
    public long Pages { get; init; }

    /// <summary>
    /// Decides where slots are whole. What isn't asked for follows from memory: the context grows as long as the usual
    /// number of slots fits, up to the model's own, and shrinks where not one does. On a GPU slots grow with what is
    /// left; memory of a CPU has other uses.
    /// </summary>
    /// <param name="free">Bytes free on the device, with the weights loaded.</param>
    /// <param name="elementSize">Bytes per cached number.</param>
    /// <param name="maxContext">Null where nobody says.</param>
    /// <param name="maxSlots">Null where nobody says.</param>
    /// <param name="prefillTokens">Prompt tokens read per step.</param>
    /// <exception cref="InferenceException">Not even one slot fits.</exception>
    public static CacheSize Choose(
        GemmaConfig config,
        long free,
        int elementSize,
        int? maxContext,
        int? maxSlots,
        int prefillTokens,
        bool isGpu = false
    )
    {
        var most = maxSlots ?? (isGpu ? MostSlotsOnGpu : UsualSlots);
        var context = Math.Min(config.MaxPositions, maxContext ?? UsualContext);
        if (maxContext is null)
        {
            var share = Share * (isGpu ? 1 : CpuShare);
            while (context < config.MaxPositions && Fitting(Longer(), share) >= Math.Min(most, UsualSlots))
            {
                context = Longer();
            }

            while (context / 2 >= LeastContext && Fitting(context, Share) < 1)
            {
                context /= 2;
            }
        }

        var slots = (int)Math.Min(most, Fitting(context, Share));
        return slots >= 1
            ? new CacheSize(slots, context)
            : throw new InferenceException(
                "MAX_CONTEXT",
                $"one sequence of {context} tokens needs {(OfAll(context) + OfOne(context)) >> 20} MiB beside the "
                    + $"weights, {free >> 20} MiB are free; choose a smaller context"
            );

        int Longer() => (int)Math.Min(config.MaxPositions, 2L * context);

        double Fitting(int tokens, double share) => ((free * share) - OfAll(tokens)) / OfOne(tokens);

        long OfAll(int tokens) =>
            Workspace.OfPrefill(config, prefillTokens, tokens, elementSize) + Workspace.OfScores(config);

        long OfOne(int tokens) =>
            KvCache.BytesPerSlot(config, tokens, prefillTokens, elementSize) + Workspace.OfSequence(config);
    }
}
