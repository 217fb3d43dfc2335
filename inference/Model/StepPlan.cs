using TorchSharp;

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
    public int Tokens => (int)Indices.Ids.shape[0] / Batch;

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
        torch.ScalarType type,
        torch.Device device
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
                    : Hide(indices.Positions.repeat(config.Heads / config.KvHeads), low, end, window, type)
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
        torch.ScalarType type,
        torch.Device device
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
                shortest + 1 == end ? null : Hide(indices.Positions, low, end, window, type).view(at.Length, 1, 1, -1)
            );
        }
    }

    /// <summary>
    /// Aligns the mask's rows to multiples of 16 elements, as CUDA's attention wants them: others it would copy in each
    /// layer.
    /// </summary>
    private static torch.Tensor Hide(torch.Tensor positions, int low, int end, int window, torch.ScalarType type)
    {
        var queries = positions.unsqueeze(1);
        var keys = torch.arange(low, low + ((end - low + 15) & ~15), 1, torch.int64, positions.device).unsqueeze(0);
        var hidden = keys.gt(queries).logical_or_(keys.le(queries.sub(window)));
        return torch.zeros_like(hidden, type).masked_fill_(hidden, float.NegativeInfinity).narrow(1, 0, end - low);
    }
}
