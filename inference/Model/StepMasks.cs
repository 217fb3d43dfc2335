using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Makes masks, which hide from a step's tokens what they don't see, on the device alone.</summary>
/// <param name="type">The model's.</param>
internal sealed class StepMasks(GemmaConfig config, KvCache cache, ScalarType type)
{
    /// <summary>Makes the mask of one call.</summary>
    /// <param name="tokens">Of each of its sequences.</param>
    /// <param name="slides">Whether for sliding layers.</param>
    public Tensor Of(AttentionSpan span, int tokens, bool slides, StepIndices indices)
    {
        var places = slides ? indices.Local : indices.Global;
        var group = config.Heads / (slides ? config.KvHeads : config.GlobalKvHeads);
        var queries = places.InSlot.Narrow(0, span.FirstToken, span.Rows * tokens);
        return tokens == 1
            ? Hide(queries, span, slides).View(span.Rows, 1, 1, -1)
            : Hide(queries.Expand(group, tokens).Reshape(-1), span, slides);
    }

    /// <summary>
    /// Aligns the mask's rows to multiples of 16 elements, as CUDA's attention wants them: others it would copy in each
    /// layer.
    /// </summary>
    private Tensor Hide(Tensor placed, AttentionSpan span, bool slides)
    {
        const int Last = KvCache.Alignment - 1;
        var queries = placed.Unsqueeze(1);
        var keys = cache.Positions.Narrow(0, span.Low, (span.Length + Last) & ~Last).Unsqueeze(0);
        // Differences are float32, in which whole numbers below 2^24 are exact, and no context is longer.
        double window = slides ? config.SlidingWindow : int.MaxValue;
        var hidden = config.IsBidirectional ? keys.GreaterOrEqual(queries.Add(window)) : keys.Greater(queries);
        if (slides)
        {
            hidden = hidden.Or(keys.LessOrEqual(queries.Add(-window)));
        }

        return Tensor
            .Zeros(hidden.Shape, type, placed.Device)
            .MaskedFillInPlace(hidden, Tensor.Number(float.NegativeInfinity))
            .Narrow(1, 0, span.Length);
    }
}
