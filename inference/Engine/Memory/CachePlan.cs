using GemmaInference.Model;
using GemmaInference.Model.Pages;
using GemmaInference.Torch;
using GemmaInference.Torch.Pages;

namespace GemmaInference.Engine.Memory;

/// <summary>Says how keys and values lie in memory, and how much of it there is.</summary>
/// <param name="Memory">Has the pages; null where slots are whole.</param>
/// <param name="Trouble">Why slots are whole; null where there are pages.</param>
internal sealed record CachePlan(KvLayout Layout, CacheSize Size, IPageMemory? Memory, string? Trouble)
{
    /// <summary>Gets why graphs get no memory; null where they do, or none was asked for.</summary>
    public string? GraphTrouble { get; private init; }

    /// <summary>Bounds the texts that are embedded together: more share a pass hardly any better.</summary>
    private const int UsualTexts = 4;

    /// <summary>Bounds the mappings of a process, of which Linux usually allows 65,530.</summary>
    private const int MostMappings = 40_000;

    /// <param name="packs">Which layers take all sequences in one call.</param>
    /// <param name="chunk">Tokens that a step adds to a slot at most.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="graphs">What graphs need; null where there are none.</param>
    /// <exception cref="Native.InferenceException">Not even one sequence fits.</exception>
    public static CachePlan Decide(
        GemmaConfig config,
        ScalarType type,
        Device device,
        (bool Global, bool Local) packs,
        int chunk,
        CacheWish wish,
        GraphNeeds? graphs
    )
    {
        var (size, byToken, isGpu) = (type.Size(), packs.Global || packs.Local, device == Device.Cuda);
        var (maxContext, maxSlots) = (wish.MaxContext, wish.MaxSlots);
        var trouble =
            !wish.UsesPages ? "KV_PAGES is off"
            : config.IsBidirectional ? "the model embeds texts"
            : null;
        var memory = trouble is null ? PageSupport.Open(device, SizeOfPage, out trouble) : null;
        string? graphTrouble = null;
        var facts = new CacheFacts(config, DeviceMemory.Free(device), size, maxContext, maxSlots, chunk, isGpu);
        if (memory is not null)
        {
            var first = Paged(Math.Min(config.MaxPositions, maxContext ?? CacheSize.UsualContext));
            trouble = Unfit(first, maxSlots ?? CacheSize.UsualSlots, isGpu);
            if (trouble is null)
            {
                var shared = graphs is null
                    ? PagedCacheSize.Choose(facts, Paged)
                    : PagedCacheSize.Choose(facts, Paged, graphs, out graphTrouble);
                return new CachePlan(Paged(shared.Context), shared, memory, null) { GraphTrouble = graphTrouble };
            }

            memory.Dispose();
        }

        if (config.IsBidirectional)
        {
            facts = facts with { MaxContext = chunk, MaxSlots = maxSlots ?? UsualTexts };
        }

        var whole = graphs is null ? CacheSize.Choose(facts) : CacheSize.Choose(facts, graphs, out graphTrouble);
        return new CachePlan(CacheLayout.Of(config, whole.Context, chunk, size, byToken), whole, null, trouble)
        {
            GraphTrouble = graphTrouble,
        };

        long SizeOfPage(long least) => CacheLayout.SizeOfPage(config, size, least);

        // On a GPU only the call of all sequences keeps to what each one has.
        KvLayout Paged(int context) =>
            CacheLayout.Of(config, context, chunk, size, byToken, memory!.PageSize, isGpu ? packs : (true, true));
    }

    /// <summary>Returns why a layout can't have its pages.</summary>
    internal static string? Unfit(KvLayout layout, int slots, bool isGpu) =>
        layout.PageBytes == 0 ? "a slot is smaller than two pages, or attention reads more than a sequence has"
        // What can be written, what can only be read, and what neither.
        : !isGpu && 3L * slots * layout.Stretches > MostMappings
            ? $"{slots} slots have {(long)slots * layout.Stretches} stretches, more than Linux maps"
        : null;
}
