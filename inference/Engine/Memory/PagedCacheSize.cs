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
    /// <exception cref="InferenceException">Not even one sequence fits.</exception>
    public static CacheSize Choose(CacheFacts facts, Func<int, KvLayout> layout)
    {
        var (size, context) = Fit(facts, layout, null);
        if (size is not null)
        {
            return size;
        }

        var lies = layout(context);
        var pages = lies.Pages(context) * lies.PageBytes;
        var needed = OfAll(facts, null, context) + OfOne(facts, null, lies, context) + pages;
        throw new InferenceException(
            "MAX_CONTEXT",
            $"one sequence of {context} tokens needs {needed >> 20} MiB beside the weights, {facts.Free >> 20} MiB are "
                + "free; choose a smaller context"
        );
    }

    /// <summary>Decides likewise, and whether graphs get memory, too.</summary>
    /// <param name="trouble">Why graphs get none; null where they do.</param>
    /// <exception cref="InferenceException">Not even one sequence fits.</exception>
    public static CacheSize Choose(
        CacheFacts facts,
        Func<int, KvLayout> layout,
        GraphNeeds graphs,
        out string? trouble
    ) => graphs.Decide(facts, Choose(facts, layout), Fit(facts, layout, graphs), out trouble);

    /// <summary>Returns no size where not one sequence fits, and the context that was tried last.</summary>
    private static (CacheSize? Size, int Context) Fit(CacheFacts facts, Func<int, KvLayout> layout, GraphNeeds? graphs)
    {
        var (maxContext, maxSlots, longest) = (facts.MaxContext, facts.MaxSlots, facts.Config.MaxPositions);
        var most = maxSlots ?? (facts.IsGpu ? CacheSize.MostSlotsOnGpu : CacheSize.UsualSlots);
        var share =
            facts.IsGpu || (maxContext is not null && maxSlots is not null) ? CacheSize.Share : CacheSize.CpuShare;
        var context = Math.Min(longest, maxContext ?? CacheSize.UsualContext);
        if (maxContext is null)
        {
            while (context < longest && Holds(Longer(), Math.Min(most, CacheSize.UsualSlots), UsualShare))
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

        var one = layout(context).Pages(context);
        return Pool(context, slots, CacheSize.Share) >= one
            ? (
                new CacheSize(slots, context) { Pages = Math.Clamp(Pool(context, slots, share), one, slots * one) },
                context
            )
            : (null, context);

        int Longer() => (int)Math.Min(longest, 2L * context);

        bool Holds(int tokens, int count, int each)
        {
            var own = layout(tokens);
            return Pool(tokens, count, share) >= Math.Max(own.Pages(tokens), count * own.Pages(Math.Min(tokens, each)));
        }

        long Pool(int tokens, int count, double part)
        {
            var own = layout(tokens);
            var (all, each) = (OfAll(facts, graphs, tokens), OfOne(facts, graphs, own, tokens));
            return (long)(((facts.Free * part) - all - (count * each)) / own.PageBytes);
        }
    }

    private static long OfAll(CacheFacts facts, GraphNeeds? graphs, int tokens) =>
        Workspace.OfPrefill(facts.Config, facts.PrefillTokens, tokens, facts.ElementSize)
        + Workspace.OfScores(facts.Config)
        + (graphs?.OfAll(facts.Config, tokens, facts.PrefillTokens, facts.ElementSize) ?? 0);

    private static long OfOne(CacheFacts facts, GraphNeeds? graphs, KvLayout own, int tokens) =>
        own.FixedBytes
        + Workspace.OfSequence(facts.Config)
        + (graphs?.OfOne(facts.Config, tokens, facts.PrefillTokens, facts.ElementSize) ?? 0);
}
