using TorchSharp;

namespace GemmaInference.Model;

/// <summary>Keys that the queries of one step may see: a stretch of the context, and what to hide within it.</summary>
/// <param name="Low">First position of the stretch.</param>
/// <param name="Length">Positions in the stretch.</param>
/// <param name="Mask">Zero or −∞, added to scores; null where nothing is hidden.</param>
internal sealed record Visibility(int Low, int Length, torch.Tensor? Mask);

/// <summary>
/// What all layers of one step share, made once: either a chunk of one sequence (prefill) or one token of each of
/// many (decode). Queries are laid out as [batch, kvHeads, rows, headDim], where rows are the query heads of one
/// key head times the chunk's tokens: so keys are read once per group and never copied per head.
/// </summary>
internal sealed class StepPlan
{
    private StepPlan(int batch, int tokens, int[] slots, long[] cacheRows, torch.Tensor ids, torch.Tensor positions, torch.Device device)
    {
        (Batch, Tokens, Ids, Positions) = (batch, tokens, ids, positions);
        CacheRows = torch.tensor(cacheRows, device: device);
        FirstSlot = slots[0];
        var contiguous = slots.Index().All(pair => pair.Item == slots[0] + pair.Index);
        SlotIndex = contiguous ? null : torch.tensor(Array.ConvertAll(slots, slot => (long)slot), device: device);
    }

    /// <summary>Sequences in the step.</summary>
    public int Batch { get; }

    /// <summary>Tokens per sequence.</summary>
    public int Tokens { get; }

    public torch.Tensor Ids { get; }

    public torch.Tensor Positions { get; }

    /// <summary>Rows of the flattened cache that new keys go to, token by token, head by head.</summary>
    public torch.Tensor CacheRows { get; }

    /// <summary>Null where slots follow each other, so that the cache is viewed rather than gathered.</summary>
    public torch.Tensor? SlotIndex { get; }

    public int FirstSlot { get; }

    public required Visibility Global { get; init; }

    public required Visibility Local { get; init; }

    /// <summary>A chunk of one sequence, whose first token has position <paramref name="start"/>.</summary>
    public static StepPlan Prefill(GemmaConfig config, KvCache cache, int slot, int start, ReadOnlySpan<int> tokens, torch.Device device)
    {
        var positions = Enumerable.Range(start, tokens.Length).ToArray();
        var slots = Enumerable.Repeat(slot, tokens.Length).ToArray();
        return new StepPlan(1, tokens.Length, [slot], Rows(config, cache, slots, positions), Longs(tokens, device), Longs(positions, device), device)
        {
            Global = See(int.MaxValue),
            Local = See(config.SlidingWindow),
        };

        Visibility See(int window)
        {
            int end = start + positions.Length, low = Math.Max(0, start - window + 1);
            // One row sees all that lies before it, unless the stretch were wider than its window, which it isn't.
            if (positions.Length == 1) return new Visibility(low, end - low, null);
            var keys = torch.arange(low, end, 1, torch.int64, device).unsqueeze(0);
            var mask = Hide(keys, torch.arange(start, end, 1, torch.int64, device).unsqueeze(1), window);
            return new Visibility(low, end - low, mask.repeat(config.Heads / config.KvHeads, 1));
        }
    }

    /// <summary>One token of each sequence; slots may be scattered and lengths differ.</summary>
    public static StepPlan Decode(
        GemmaConfig config, KvCache cache, ReadOnlySpan<int> slots, ReadOnlySpan<int> positions, ReadOnlySpan<int> tokens, torch.Device device)
    {
        int[] rows = [.. slots], at = [.. positions];
        var index = Longs(at, device);
        return new StepPlan(rows.Length, 1, rows, Rows(config, cache, rows, at), Longs(tokens, device), index, device)
        {
            Global = See(int.MaxValue),
            Local = See(config.SlidingWindow),
        };

        Visibility See(int window)
        {
            int end = at.Max() + 1, low = Math.Max(0, at.Min() - window + 1);
            if (at.All(position => position + 1 == end)) return new Visibility(low, end - low, null);
            var keys = torch.arange(low, end, 1, torch.int64, device).unsqueeze(0);
            return new Visibility(low, end - low, Hide(keys, index.unsqueeze(1), window).view(at.Length, 1, 1, end - low));
        }
    }

    private static torch.Tensor Hide(torch.Tensor keys, torch.Tensor queries, int window)
    {
        var hidden = keys.gt(queries).logical_or(keys.le(queries.sub(window)));
        return torch.zeros_like(hidden, torch.float32).masked_fill_(hidden, float.NegativeInfinity);
    }

    private static long[] Rows(GemmaConfig config, KvCache cache, int[] slots, int[] positions)
    {
        var rows = new long[slots.Length * config.KvHeads];
        for (var row = 0; row < rows.Length; row++)
        {
            var (token, head) = (row / config.KvHeads, row % config.KvHeads);
            rows[row] = ((((long)slots[token] * config.KvHeads) + head) * cache.Context) + positions[token];
        }

        return rows;
    }

    private static torch.Tensor Longs(ReadOnlySpan<int> values, torch.Device device)
    {
        var longs = new long[values.Length];
        for (var i = 0; i < longs.Length; i++) longs[i] = values[i];
        return torch.tensor(longs, device: device);
    }
}
