using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Holds what all layers of one step share, made once: either a chunk of one sequence (prefill) or one token of each of
/// many (decode). Queries are laid out as [batch, kvHeads, rows, headDim], where rows are the query heads of one key
/// head times the chunk's tokens: so keys are read once per group and never copied per head.
/// </summary>
internal sealed class StepPlan
{
    private StepPlan(StepIndices indices, int batch, Visibility global, Visibility local) =>
        (Indices, Batch, Global, Local) = (indices, batch, global, local);

    /// <summary>Sequences in the step.</summary>
    public int Batch { get; }

    /// <summary>Gets the tokens per sequence.</summary>
    public int Tokens => (int)Indices.Ids.Size(0) / Batch;

    public StepIndices Indices { get; }

    public Visibility Global { get; }

    public Visibility Local { get; }

    /// <summary>Plans a chunk of one sequence, whose first token has position <paramref name="start"/>.</summary>
    public static StepPlan Prefill(
        GemmaConfig config,
        KvCache cache,
        int slot,
        int start,
        ReadOnlySpan<int> tokens,
        ScalarType type,
        Device device
    )
    {
        var (end, count) = (start + tokens.Length, tokens.Length);
        var indices = StepIndices.Upload(cache, [slot], [.. Enumerable.Range(start, count)], tokens, device);
        return new StepPlan(indices, 1, See(int.MaxValue), See(config.SlidingWindow));

        Visibility See(int window)
        {
            var low = Math.Max(0, start - window + 1);
            // One row sees all that lies before it, unless the stretch were wider than its window, which it isn't.
            return new Visibility(
                low,
                end - low,
                count == 1
                    ? null
                    : Hide(
                        indices.Positions.Expand(config.Heads / config.KvHeads, count).Reshape(-1),
                        cache,
                        low,
                        end,
                        window,
                        type
                    )
            );
        }
    }

    /// <summary>Plans one token of each sequence; slots may be scattered and lengths differ.</summary>
    public static StepPlan Decode(
        GemmaConfig config,
        KvCache cache,
        ReadOnlySpan<int> slots,
        ReadOnlySpan<int> positions,
        ReadOnlySpan<int> tokens,
        ScalarType type,
        Device device
    )
    {
        int[] at = [.. positions];
        int end = at.Max() + 1,
            shortest = at.Min();
        var indices = StepIndices.Upload(cache, [.. slots], at, tokens, device);
        return new StepPlan(indices, at.Length, See(int.MaxValue), See(config.SlidingWindow));

        Visibility See(int window)
        {
            var low = Math.Max(0, shortest - window + 1);
            return new Visibility(
                low,
                end - low,
                shortest + 1 == end
                    ? null
                    : Hide(indices.Positions, cache, low, end, window, type).View(at.Length, 1, 1, -1)
            );
        }
    }

    /// <summary>
    /// Aligns the mask's rows to multiples of 16 elements, as CUDA's attention wants them: others it would copy in each
    /// layer.
    /// </summary>
    private static Tensor Hide(Tensor positions, KvCache cache, int low, int end, int window, ScalarType type)
    {
        const int Last = KvCache.Alignment - 1;
        var queries = positions.Unsqueeze(1);
        var keys = cache.Positions.Narrow(0, low, (end - low + Last) & ~Last).Unsqueeze(0);
        var hidden = keys.Greater(queries);
        // The difference is float32, in which whole numbers below 2^24 are exact, and no context is longer.
        if (window != int.MaxValue)
        {
            hidden = hidden.Or(keys.LessOrEqual(queries.Add(-(double)window)));
        }

        return Tensor
            .Zeros(hidden.Shape, type, positions.Device)
            .MaskedFillInPlace(hidden, Tensor.Number(float.NegativeInfinity))
            .Narrow(1, 0, end - low);
    }
}
