using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Holds what all layers of one step share, made once. All tokens of all sequences are rows of the same products; only
/// attention goes sequence by sequence, or by several that fit together. Its queries are laid out as [sequences,
/// kvHeads, rows, headDim], where rows are the query heads of one key head times the sequence's tokens: so keys are
/// read once per group and never copied per head. Where a device has attention for sequences of any lengths, all share
/// one call.
/// </summary>
internal sealed class StepPlan
{
    private StepPlan(StepIndices indices, int rows, AttentionPlan global, AttentionPlan local) =>
        (Indices, Rows, Global, Local) = (indices, rows, global, local);

    /// <summary>Gets how many sequences are in the step.</summary>
    public int Rows { get; }

    /// <summary>Gets how many tokens all sequences have together.</summary>
    public int Tokens => (int)Indices.Ids.Size(0);

    public StepIndices Indices { get; }

    /// <summary>Gets the attention of layers that see everything.</summary>
    public AttentionPlan Global { get; }

    /// <summary>Gets the attention of sliding layers.</summary>
    public AttentionPlan Local { get; }

    /// <summary>Plans a step, and makes room for it in the cache.</summary>
    /// <param name="packs">Whether all share one call in layers that see everything, and in sliding ones.</param>
    public static StepPlan Make(
        GemmaConfig config,
        KvCache cache,
        IReadOnlyList<StepRow> rows,
        ScalarType type,
        Device device,
        (bool Global, bool Local) packs
    )
    {
        foreach (var row in rows)
        {
            cache.MakeRoom(row.Slot, row.Start, row.Count);
        }

        var indices = StepIndices.Upload(cache, rows, device);
        var most = rows.Max(row => row.Count);
        var masks = new StepMasks(config, cache, type);
        return new StepPlan(
            indices,
            rows.Count,
            Plan(slides: false, packs.Global, [.. rows.Select(_ => 0)]),
            config.Sliding.Contains(true)
                ? Plan(slides: true, packs.Local, [.. rows.Select(row => cache.FirstOfWindow(row.Slot))])
                : AttentionPlan.None
        );

        AttentionPlan Plan(bool slides, bool isPacked, int[] firsts) =>
            isPacked
                ? Packed(
                    config,
                    indices,
                    slides,
                    most,
                    rows.Index().Max(row => row.Item.Start + row.Item.Count - firsts[row.Index])
                )
                : new AttentionPlan(
                    [
                        .. AttentionSpan
                            .Divide(rows, firsts, Window(config, slides), device == Device.Cuda)
                            .Select(span => Call(span, slides, firsts)),
                    ],
                    null
                );

        AttentionCall Call(AttentionSpan span, bool slides, int[] firsts)
        {
            var tokens = rows[span.FirstRow].Count;
            var own = rows.Skip(span.FirstRow).Take(span.Rows).ToList();
            foreach (var row in own)
            {
                cache.Show(row.Slot, slides, span.Low + span.Length);
            }

            var follow = own.Index().All(pair => pair.Item.Slot == own[0].Slot + pair.Index);
            // One token sees all that its stretch has; so do several that stand at the same place, and those of a text
            // that is read in both directions and within the window.
            var seesAll =
                config.IsBidirectional && tokens > 1
                    ? tokens <= Window(config, slides)
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
                seesAll ? null : masks.Of(span, tokens, slides, indices)
            );
        }
    }

    /// <summary>
    /// Plans a step of one token of each sequence, whose shapes don't depend on where the sequences lie and how long
    /// they are: that alone is in the indices. There must be room in the cache.
    /// </summary>
    /// <param name="length">Bounds the positions.</param>
    public static StepPlan Fixed(
        GemmaConfig config,
        KvCache cache,
        StepIndices indices,
        int length,
        ScalarType type,
        (bool Global, bool Local) packs
    )
    {
        var rows = (int)indices.Slots.Size(0);
        var masks = new StepMasks(config, cache, type);
        return new StepPlan(
            indices,
            rows,
            Plan(slides: false, packs.Global, length),
            config.Sliding.Contains(true)
                ? Plan(slides: true, packs.Local, Math.Min(length, cache.WindowTokens))
                : AttentionPlan.None
        );

        AttentionPlan Plan(bool slides, bool isPacked, int keys)
        {
            if (isPacked)
            {
                return Packed(config, indices, slides, 1, keys);
            }

            var span = new AttentionSpan(0, rows, 0, 0, keys);
            return new AttentionPlan(
                [new AttentionCall(span, 1, 0, indices.Slots, masks.Of(span, 1, slides, indices))],
                null
            );
        }
    }

    private static AttentionPlan Packed(
        GemmaConfig config,
        StepIndices indices,
        bool slides,
        int mostQueries,
        int mostKeys
    ) =>
        new(
            [],
            indices.Pack(
                slides,
                mostQueries,
                mostKeys,
                slides ? config.SlidingWindow : null,
                isCausal: !config.IsBidirectional
            )
        );

    private static int Window(GemmaConfig config, bool slides) => slides ? config.SlidingWindow : int.MaxValue;
}
