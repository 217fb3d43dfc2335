using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Holds what all layers of one step share, made once. All tokens of all sequences are rows of the same products; only
/// attention goes sequence by sequence, or by several that fit together. Its queries are laid out as [sequences,
/// kvHeads, rows, headDim], where rows are the query heads of one key head times the sequence's tokens: so keys are
/// read once per group and never copied per head.
/// </summary>
internal sealed class StepPlan
{
    private StepPlan(StepIndices indices, int rows, List<AttentionCall> global, List<AttentionCall> local) =>
        (Indices, Rows, Global, Local) = (indices, rows, global, local);

    /// <summary>Gets how many sequences are in the step.</summary>
    public int Rows { get; }

    /// <summary>Gets how many tokens all sequences have together.</summary>
    public int Tokens => (int)Indices.Ids.Size(0);

    public StepIndices Indices { get; }

    public IReadOnlyList<AttentionCall> Global { get; }

    public IReadOnlyList<AttentionCall> Local { get; }

    /// <summary>Plans a step, and makes room for it in the cache.</summary>
    public static StepPlan Make(
        GemmaConfig config,
        KvCache cache,
        IReadOnlyList<StepRow> rows,
        ScalarType type,
        Device device
    )
    {
        foreach (var row in rows)
        {
            cache.MakeRoom(row.Slot, row.Start, row.Count);
        }

        var indices = StepIndices.Upload(cache, rows, device);
        return new StepPlan(
            indices,
            rows.Count,
            Calls(int.MaxValue, [.. rows.Select(_ => 0)], indices.Global, config.Heads / config.GlobalKvHeads),
            config.Sliding.Contains(true)
                ? Calls(
                    config.SlidingWindow,
                    [.. rows.Select(row => cache.FirstOfWindow(row.Slot))],
                    indices.Local,
                    config.Heads / config.KvHeads
                )
                : []
        );

        List<AttentionCall> Calls(int window, int[] firsts, CachePlaces places, int group) =>
            [
                .. AttentionSpan
                    .Divide(rows, firsts, window, device == Device.Cuda)
                    .Select(span => Call(span, window, firsts, places, group)),
            ];

        AttentionCall Call(AttentionSpan span, int window, int[] firsts, CachePlaces places, int group)
        {
            var tokens = rows[span.FirstRow].Count;
            var own = rows.Skip(span.FirstRow).Take(span.Rows).ToList();
            var follow = own.Index().All(pair => pair.Item.Slot == own[0].Slot + pair.Index);
            // One token sees all that its stretch has; so do several that stand at the same place, and those of a text
            // that is read in both directions and within the window.
            var seesAll =
                config.IsBidirectional && tokens > 1
                    ? tokens <= window
                    : tokens == 1
                        && own.Index()
                            .All(pair =>
                                pair.Item.Start - firsts[span.FirstRow + pair.Index]
                                == own[0].Start - firsts[span.FirstRow]
                            );
            return new AttentionCall(
                span,
                tokens,
                own[0].Slot,
                follow ? null : indices.Slots.Narrow(0, span.FirstRow, span.Rows),
                seesAll ? null : Mask(span, tokens, window, places, group)
            );
        }

        Tensor Mask(AttentionSpan span, int tokens, int window, CachePlaces places, int group)
        {
            var queries = places.InSlot.Narrow(0, span.FirstToken, span.Rows * tokens);
            return tokens == 1
                ? Hide(queries, span, window).View(span.Rows, 1, 1, -1)
                : Hide(queries.Expand(group, tokens).Reshape(-1), span, window);
        }

        // Aligns the mask's rows to multiples of 16 elements, as CUDA's attention wants them: others it would copy in
        // each layer.
        Tensor Hide(Tensor placed, AttentionSpan span, int window)
        {
            const int Last = KvCache.Alignment - 1;
            var queries = placed.Unsqueeze(1);
            var keys = cache.Positions.Narrow(0, span.Low, (span.Length + Last) & ~Last).Unsqueeze(0);
            // Differences are float32, in which whole numbers below 2^24 are exact, and no context is longer.
            var hidden = config.IsBidirectional
                ? keys.GreaterOrEqual(queries.Add((double)window))
                : keys.Greater(queries);
            if (window != int.MaxValue)
            {
                hidden = hidden.Or(keys.LessOrEqual(queries.Add(-(double)window)));
            }

            return Tensor
                .Zeros(hidden.Shape, type, placed.Device)
                .MaskedFillInPlace(hidden, Tensor.Number(float.NegativeInfinity))
                .Narrow(1, 0, span.Length);
        }
    }
}
