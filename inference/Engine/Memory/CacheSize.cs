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
    /// <exception cref="InferenceException">Not even one slot fits.</exception>
    public static CacheSize Choose(CacheFacts facts)
    {
        var (size, context) = Fit(facts, null);
        return size
            ?? throw new InferenceException(
                "MAX_CONTEXT",
                $"one sequence of {context} tokens needs {(OfAll(facts, context) + OfOne(facts, context)) >> 20} MiB "
                    + $"beside the weights, {facts.Free >> 20} MiB are free; choose a smaller context"
            );
    }

    /// <summary>Decides likewise, and whether graphs get memory, too.</summary>
    /// <param name="trouble">Why graphs get none; null where they do.</param>
    /// <exception cref="InferenceException">Not even one slot fits.</exception>
    public static CacheSize Choose(CacheFacts facts, GraphNeeds graphs, out string? trouble) =>
        graphs.Decide(facts, Choose(facts), Fit(facts, graphs), out trouble);

    /// <summary>Returns no size where not one slot fits, and the context that was tried last.</summary>
    private static (CacheSize? Size, int Context) Fit(CacheFacts facts, GraphNeeds? graphs)
    {
        var most = facts.MaxSlots ?? (facts.IsGpu ? MostSlotsOnGpu : UsualSlots);
        var longest = facts.Config.MaxPositions;
        var context = Math.Min(longest, facts.MaxContext ?? UsualContext);
        if (facts.MaxContext is null)
        {
            var share = Share * (facts.IsGpu ? 1 : CpuShare);
            while (context < longest && Fitting(Longer(), share) >= Math.Min(most, UsualSlots))
            {
                context = Longer();
            }

            while (context / 2 >= LeastContext && Fitting(context, Share) < 1)
            {
                context /= 2;
            }
        }

        var slots = (int)Math.Min(most, Fitting(context, Share));
        return (slots >= 1 ? new CacheSize(slots, context) : null, context);

        int Longer() => (int)Math.Min(longest, 2L * context);

        double Fitting(int tokens, double share)
        {
            var (all, one) = (OfAll(facts, tokens), OfOne(facts, tokens));
            if (graphs is not null)
            {
                all += graphs.OfAll(facts.Config, tokens, facts.PrefillTokens, facts.ElementSize);
                one += graphs.OfOne(facts.Config, tokens, facts.PrefillTokens, facts.ElementSize);
            }

            return ((facts.Free * share) - all) / one;
        }
    }

    private static long OfAll(CacheFacts facts, int tokens) =>
        Workspace.OfPrefill(facts.Config, facts.PrefillTokens, tokens, facts.ElementSize)
        + Workspace.OfScores(facts.Config);

    private static long OfOne(CacheFacts facts, int tokens) =>
        KvCache.BytesPerSlot(facts.Config, tokens, facts.PrefillTokens, facts.ElementSize)
        + Workspace.OfSequence(facts.Config);
}
