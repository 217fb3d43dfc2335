using GemmaInference.Model.Pages;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Holds keys and values of all sequences in fixed slots: one pair of tensors [slots, kvHeads, tokens, headDim] per
/// layer; layers that read another's have that one's. Layers that see everything hold the context; sliding ones hold
/// their window and a chunk, and forget from the
/// front what is behind it, so that what they hold lies in order and without a gap. A slot is reused without clearing,
/// since a mask hides what a former sequence left. In memory heads come before tokens, or after them where all of a
/// step's sequences share one call of attention. Where there are pages, a slot has all its addresses, and memory only
/// behind those that its tokens reached.
/// </summary>
internal sealed class KvCache : IDisposable
{
    /// <summary>Bounds by how many positions a mask is longer than what it covers.</summary>
    public const int Alignment = 16;

    private readonly GemmaConfig _config;
    private readonly KvLayout _layout;
    private readonly IReadOnlyList<LayerShape> _shapes;
    private readonly KvPages? _pages;

    /// <summary>The position of the first token that sliding layers still hold, by slot.</summary>
    private readonly int[] _first;

    /// <param name="pages">Has the memory of what has pages in the layout; null where nothing has.</param>
    public KvCache(
        GemmaConfig config,
        KvLayout layout,
        int slots,
        int context,
        ScalarType type,
        Device device,
        KvPages? pages = null
    )
    {
        (_config, _layout, _shapes, _first, _pages) = (config, layout, LayerShape.All(config), new int[slots], pages);
        (Slots, Context, WindowTokens) = (slots, context, layout.Local.Places);
        (ContextRows, WindowRows) = (layout.Global.Rows, layout.Local.Rows);
        // Zeros rather than whatever memory holds: a hidden NaN times a weight of zero is still NaN.
        using var scope = TensorScope.Open();
        (Keys, KeyRows) = Filled();
        (Values, ValueRows) = Filled();
        Positions = Tensor.Of([.. Enumerable.Range(0, context + Alignment).Select(at => (long)at)], device).Detach();

        (List<Tensor> Heads, List<Tensor> Rows) Filled()
        {
            var (heads, flat) = (new List<Tensor>(_shapes.Count), new List<Tensor>(_shapes.Count));
            foreach (var shape in _shapes)
            {
                var (own, rows) = shape.OwnsKeys ? Empty(shape) : (heads[shape.Source], flat[shape.Source]);
                heads.Add(own);
                flat.Add(rows);
            }

            return (heads, flat);
        }

        (Tensor Heads, Tensor Rows) Empty(LayerShape shape)
        {
            var kind = shape.Slides ? layout.Local : layout.Global;
            long[] sizes = layout.ByToken
                ? [slots, kind.Rows, shape.KvHeads, shape.HeadDim]
                : [slots, shape.KvHeads, kind.Rows, shape.HeadDim];
            var all = kind.IsPaged
                ? pages!.WithMemory(pages.Reserve(shape.Slides), start => Tensor.Over(start, sizes, type, device))
                : Tensor.Zeros(sizes, type, device);
            var rows = all.View(-1, shape.HeadDim).Detach();
            return ((layout.ByToken ? all.Permute(0, 2, 1, 3) : all).Detach(), rows);
        }
    }

    public int Slots { get; }

    /// <summary>Gets how many tokens a slot holds.</summary>
    public int Context { get; }

    /// <summary>Gets how many tokens a slot holds of a sliding layer.</summary>
    public int WindowTokens { get; }

    /// <summary>Gets how many rows lie between the beginnings of two slots, in layers that see everything.</summary>
    public int ContextRows { get; }

    /// <summary>Gets the same of sliding layers.</summary>
    public int WindowRows { get; }

    /// <summary>Gets how many pages all slots share; 0 where each has all its memory from the start.</summary>
    public long Pages => _pages?.Total ?? 0;

    /// <summary>Gets how many of them no slot holds.</summary>
    public long FreePages => _pages?.Free ?? 0;

    /// <summary>Gets the key heads of layers that see everything.</summary>
    public int GlobalKvHeads => _config.GlobalKvHeads;

    /// <summary>Gets the key heads of sliding layers.</summary>
    public int LocalKvHeads => _config.KvHeads;

    public IReadOnlyList<Tensor> Keys { get; }

    public IReadOnlyList<Tensor> Values { get; }

    /// <summary>Gets the same memory as <see cref="Keys"/>, flattened to [rows, headDim].</summary>
    public IReadOnlyList<Tensor> KeyRows { get; }

    /// <summary>Gets the same memory as <see cref="Values"/>, flattened to [rows, headDim].</summary>
    public IReadOnlyList<Tensor> ValueRows { get; }

    /// <summary>Gets the numbers from 0 on, as many as the context has and <see cref="Alignment"/> more.</summary>
    public Tensor Positions { get; }

    /// <summary>Gets the bytes that all slots take at most.</summary>
    public long Bytes => (Slots * _layout.FixedBytes) + (Pages * _layout.PageBytes);

    /// <summary>Returns the bytes that one slot takes that has all its memory.</summary>
    public static long BytesPerSlot(GemmaConfig config, int context, int chunk, int elementSize) =>
        CacheLayout.Of(config, context, chunk, elementSize, byToken: false).FixedBytes;

    /// <summary>Returns how many tokens one slot holds of a sliding layer.</summary>
    public static int TokensOfWindow(GemmaConfig config, int context, int chunk) =>
        (int)Math.Min(context, (long)config.SlidingWindow - 1 + chunk);

    /// <summary>Returns the position of the first token that sliding layers hold of a slot.</summary>
    public int FirstOfWindow(int slot) => _first[slot];

    /// <summary>Returns which of the flattened rows holds a token of a slot.</summary>
    /// <param name="heads">Of the layer.</param>
    /// <param name="tokens">Rows between the beginnings of two slots.</param>
    public long Row(long slot, int heads, int head, int tokens, int place) =>
        _layout.ByToken ? (((slot * tokens) + place) * heads) + head : (((slot * heads) + head) * tokens) + place;

    /// <summary>Returns whether a sequence can go on in a slot after so many of its tokens.</summary>
    public bool CanContinue(int slot, int tokens) =>
        _first[slot] == 0 || _first[slot] <= tokens - _config.SlidingWindow + 1;

    /// <summary>Returns how many pages a sequence of so many tokens takes.</summary>
    public long PagesFor(int tokens) => _layout.Pages(tokens);

    /// <summary>Returns how many pages a slot holds.</summary>
    public long PagesOf(int slot) => _pages?.Held(slot) ?? 0;

    /// <summary>Gives a slot memory for its first tokens; returns false where too few pages are left.</summary>
    public bool TryBack(int slot, int tokens) => _pages?.TryBack(slot, tokens) ?? true;

    /// <summary>Takes a slot's memory away but for its first tokens'.</summary>
    public void Trim(int slot, int tokens) => _pages?.Trim(slot, tokens);

    /// <summary>
    /// Lets a step read a slot's first places in layers of a kind. Sequences that share a call of attention read as far
    /// as the longest does; what isn't theirs a mask hides.
    /// </summary>
    public void Show(int slot, bool slides, int places) => _pages?.Show(slot, slides, places);

    /// <summary>Makes sure that a slot has memory, and its sliding layers room, for what a step adds.</summary>
    /// <param name="start">Tokens that are there; 0 begins anew.</param>
    /// <exception cref="InvalidOperationException">
    /// What lies before the start was forgotten, or it is too much.
    /// </exception>
    public void MakeRoom(int slot, int start, int count)
    {
        if (!TryBack(slot, start + count))
        {
            throw new InvalidOperationException($"no page is left for slot {slot}");
        }

        if (start == 0)
        {
            _first[slot] = 0;
        }

        if (!CanContinue(slot, start))
        {
            throw new InvalidOperationException($"slot {slot} has forgotten what comes before position {start}");
        }

        if (start + count - _first[slot] <= WindowTokens)
        {
            return;
        }

        var kept = Math.Min(start - _first[slot], _config.SlidingWindow - 1);
        if (kept + count > WindowTokens)
        {
            throw new InvalidOperationException($"{count} tokens are more than the cache takes in one step");
        }

        foreach (var tensor in kept > 0 ? Sliding() : [])
        {
            using var scope = TensorScope.Open();
            var own = tensor.Narrow(0, slot, 1);
            // Both stretches may overlap.
            own.Narrow(2, 0, kept).CopyFrom(own.Narrow(2, start - _first[slot] - kept, kept).Copy());
        }

        _first[slot] = start - kept;
    }

    /// <summary>Copies what one slot holds of a sequence's first tokens to another.</summary>
    public void CopySlot(int from, int to, int tokens)
    {
        for (var layer = 0; layer < _config.Layers - _config.SharingLayers; layer++)
        {
            var count = _config.Sliding[layer] ? tokens - _first[from] : tokens;
            foreach (var tensor in new[] { Keys[layer], Values[layer] })
            {
                using var scope = TensorScope.Open();
                tensor.Narrow(0, to, 1).Narrow(2, 0, count).CopyFrom(tensor.Narrow(0, from, 1).Narrow(2, 0, count));
            }
        }

        _first[to] = _first[from];
    }

    public void Dispose()
    {
        foreach (var tensor in Owned().Concat(KeyRows).Concat(ValueRows).Append(Positions))
        {
            tensor.Dispose();
        }

        _pages?.Dispose();
    }

    private IEnumerable<Tensor> Sliding() =>
        Keys.Index()
            .Concat(Values.Index())
            .Where(pair => _shapes[pair.Index] is { OwnsKeys: true, Slides: true })
            .Select(pair => pair.Item);

    private IEnumerable<Tensor> Owned() =>
        Keys.Index().Concat(Values.Index()).Where(pair => _shapes[pair.Index].OwnsKeys).Select(pair => pair.Item);
}
