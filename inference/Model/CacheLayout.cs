using System.Numerics;
using GemmaInference.Model.Pages;

namespace GemmaInference.Model;

/// <summary>Lays a model's keys and values out in memory.</summary>
internal static class CacheLayout
{
    /// <summary>Bounds how many tokens of a row lie in a page that may have any size.</summary>
    private const int TokensOfPage = 64;

    /// <summary>Fewer pages in a stretch aren't worth one's rounding.</summary>
    private const int LeastDepth = 2;

    /// <param name="chunk">Tokens that a step adds to a slot at most.</param>
    /// <param name="elementSize">Bytes of a number.</param>
    /// <param name="pageBytes">0 for no pages.</param>
    /// <param name="pages">Which layers have pages, of those that see everything and of the sliding ones.</param>
    public static KvLayout Of(
        GemmaConfig config,
        int context,
        int chunk,
        int elementSize,
        bool byToken,
        long pageBytes = 0,
        (bool Global, bool Local)? pages = null
    )
    {
        var owning = LayerShape.All(config).Where(shape => shape.OwnsKeys).ToLookup(shape => shape.Slides);
        var window = KvCache.TokensOfWindow(config, context, chunk);
        return new KvLayout(
            Kind(owning[false], context, pages?.Global ?? true),
            Kind(owning[true], window, pages?.Local ?? true),
            byToken
        );

        KvKind Kind(IEnumerable<LayerShape> layers, int places, bool isPaged)
        {
            var (count, shape) = (layers.Count(), layers.FirstOrDefault());
            var row = (long)shape.HeadDim * elementSize;
            var kind = byToken
                ? new KvKind(2 * count, 1, row * shape.KvHeads, places, 0)
                : new KvKind(2 * count, shape.KvHeads, row, places, 0);
            var paged = kind with { PageBytes = pageBytes };
            return count > 0 && isPaged && paged.Depth(places) >= LeastDepth ? paged : kind;
        }
    }

    /// <summary>Returns a page's size where any may be chosen: there are few, and little is rounded.</summary>
    /// <param name="least">The system's.</param>
    public static long SizeOfPage(GemmaConfig config, int elementSize, long least)
    {
        var row = (ulong)Math.Max(config.HeadDim, config.GlobalHeadDim) * (ulong)elementSize;
        return Math.Max(least, (long)BitOperations.RoundUpToPowerOf2(TokensOfPage * row));
    }
}
