using GemmaInference.Model;
using GemmaInference.Model.Pages;
using GemmaInference.Native;

namespace GemmaInference.Engine.Memory;

/// <summary>
/// Says how many sequences share how many pages: what is free beside weights and a step's needs. A sequence takes what
/// its tokens need, so that many short ones fit, or a few long ones.
/// </summary>
internal static class PagedCacheSize
{
    /// <summary>Tokens that each of the usual number of sequences is to have where the context grows.</summary>
    private const int UsualShare = 4096;

    /// <summary>Tokens that each of more sequences is to have.</summary>
    private const int LeastShare = 1024;

    /// <summary>
    /// Decides. What isn't asked for follows from memory: the context grows, up to the model's own, as long as one
    /// sequence of it fits, and the usual number with their usual share; it shrinks where not one does. Slots are as
    /// many as have their least share. On a CPU pages take a quarter of what is free, unless context and slots are
    /// asked for, or one sequence needs more.
    /// </summary>
    /// <param name="layout">Returns how a context lies; what is smallest here has pages, too.</param>
    /// <param name="free">Bytes free on the device, with the weights loaded.</param>
    /// <param name="maxContext">Null where nobody says.</param>
    /// <param name="maxSlots">Null where nobody says.</param>
    /// <param name="prefillTokens">Prompt tokens read per step.</param>
    /// <exception cref="InferenceException">Not even one sequence fits.</exception>
    public static CacheSize Choose(
        GemmaConfig config,
        Func<int, KvLayout> layout,
        long free,
        int elementSize,
        int? maxContext,
        int? maxSlots,
        int prefillTokens,
        bool isGpu
    )
    {
        var most = maxSlots ?? (isGpu ? CacheSize.MostSlotsOnGpu : CacheSize.UsualSlots);
        var share = isGpu || (maxContext is not null && maxSlots is not null) ? CacheSize.Share : CacheSize.CpuShare;
        var context = Math.Min(config.MaxPositions, maxContext ?? CacheSize.UsualContext);
        if (maxContext is null)
        {
            while (context < config.MaxPositions && Holds(Longer(), Math.Min(most, CacheSize.UsualSlots), UsualShare))
            {
                context = Longer();
            }

            while (
                context / 2 >= CacheSize.LeastContext
                && layout(context / 2).PageBytes > 0
                && Pool(context, 1, CacheSize.Share) < layout(context).Pages(context)
            )
            {
                context /= 2;
            }
        }

        var slots = most;
        while (slots > 1 && !Holds(context, slots, maxSlots is null ? LeastShare : 1))
        {
            slots--;
        }

        var (lies, one) = (layout(context), layout(context).Pages(context));
        return Pool(context, slots, CacheSize.Share) >= one
            ? new CacheSize(slots, context) { Pages = Math.Clamp(Pool(context, slots, share), one, slots * one) }
            : throw new InferenceException(
                "MAX_CONTEXT",
                $"one sequence of {context} tokens needs "
                    + $"{(OfAll(context) + OfOne(lies) + (one * lies.PageBytes)) >> 20} MiB beside the weights, "
                    + $"{free >> 20} MiB are free; choose a smaller context"
            );

        int Longer() => (int)Math.Min(config.MaxPositions, 2L * context);

        bool Holds(int tokens, int count, int each)
        {
            var own = layout(tokens);
            return Pool(tokens, count, share) >= Math.Max(own.Pages(tokens), count * own.Pages(Math.Min(tokens, each)));
        }

        long Pool(int tokens, int count, double part)
        {
            var own = layout(tokens);
            return (long)(((free * part) - OfAll(tokens) - (count * OfOne(own))) / own.PageBytes);
        }

        long OfAll(int tokens) =>
            Workspace.OfPrefill(config, prefillTokens, tokens, elementSize) + Workspace.OfScores(config);

        long OfOne(KvLayout own) => own.FixedBytes + Workspace.OfSequence(config);
    }
}
