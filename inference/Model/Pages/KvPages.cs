using GemmaInference.Native;
using GemmaInference.Torch.Pages;

namespace GemmaInference.Model.Pages;

/// <summary>
/// Knows how much of each slot has memory behind it, of a number of pages that all slots share, and moves it. Used by
/// one thread.
/// </summary>
internal sealed class KvPages : IDisposable
{
    private readonly KvLayout _layout;
    private readonly IPageMemory _memory;
    private readonly List<nint>[] _tensors =
    [
        [],
        [],
    ];

    /// <summary>Pages of each stretch with memory, by kind and slot.</summary>
    private readonly int[][] _backed;

    /// <summary>Pages of each stretch that can be read: as many or more.</summary>
    private readonly int[][] _shown;

    /// <param name="total">Pages that all slots share; enough for one slot that is full.</param>
    /// <exception cref="InferenceException">So much memory can't be made after all.</exception>
    public KvPages(KvLayout layout, int slots, IPageMemory memory, long total)
    {
        (_layout, _memory, Total, Free) = (layout, memory, total, total);
        _backed = [new int[slots], new int[slots]];
        _shown = [new int[slots], new int[slots]];
        try
        {
            memory.Provide(total);
        }
        catch (InferenceException cause)
        {
            throw new InferenceException(
                "KV_PAGES",
                $"{total} pages of {memory.PageSize >> 10} KiB can't be made for keys and values ({cause.Message}); "
                    + "set a smaller MAX_CONTEXT or MAX_SLOTS, or KV_PAGES=off for PyTorch's own allocator",
                cause
            );
        }
    }

    public long Total { get; }

    public long Free { get; private set; }

    /// <summary>Reserves the addresses of one tensor.</summary>
    public nint Reserve(bool slides)
    {
        var (kind, slots) = (Kind(slides), _backed[0].Length);
        var address = _memory.Reserve(slots * kind.Stretches * kind.StretchBytes);
        _tensors[slides ? 1 : 0].Add(address);
        return address;
    }

    /// <summary>Lets somebody look at the beginning of a range, who wants to see memory there.</summary>
    public T WithMemory<T>(nint address, Func<nint, T> look)
    {
        _memory.Back(address, 1);
        var seen = look(address);
        _memory.Settle();
        _memory.Release(address, 1);
        return seen;
    }

    /// <summary>Returns how many pages a slot holds.</summary>
    public long Held(int slot) =>
        _layout.Kinds.Index().Sum(pair => (long)pair.Item.Tensors * pair.Item.Stretches * _backed[pair.Index][slot]);

    /// <summary>
    /// Gives a slot memory for its first tokens; returns false, and does nothing, where too little is left.
    /// </summary>
    public bool TryBack(int slot, int tokens)
    {
        var needed = 0L;
        for (var kind = 0; kind < 2; kind++)
        {
            var own = _layout.Kinds[kind];
            needed += (long)own.Tensors * own.Stretches * Math.Max(0, own.Depth(tokens) - _backed[kind][slot]);
        }

        if (needed > Free)
        {
            return false;
        }

        for (var kind = 0; needed > 0 && kind < 2; kind++)
        {
            var (from, to) = (_backed[kind][slot], _layout.Kinds[kind].Depth(tokens));
            if (to > from)
            {
                // What was shown is put away before there is memory in its place.
                Hide(kind, slot, from);
                Each(kind, slot, from, to, _memory.Back);
                (_backed[kind][slot], _shown[kind][slot]) = (to, to);
            }
        }

        Free -= needed;
        return true;
    }

    /// <summary>Lets a slot's first places be read, whether or not they have memory.</summary>
    public void Show(int slot, bool slides, int places)
    {
        var (kind, to) = (slides ? 1 : 0, Kind(slides).Depth(places));
        var from = _shown[kind][slot];
        if (to > from)
        {
            Each(kind, slot, from, to, _memory.Show);
            _shown[kind][slot] = to;
        }
    }

    /// <summary>Takes the memory of a slot away but for its first tokens'.</summary>
    public void Trim(int slot, int tokens)
    {
        for (var kind = 0; kind < 2; kind++)
        {
            var own = _layout.Kinds[kind];
            var (from, to) = (own.Depth(tokens), _backed[kind][slot]);
            if (to > from)
            {
                Hide(kind, slot, from);
                _backed[kind][slot] = from;
                Free += (long)own.Tensors * own.Stretches * (to - from);
            }
        }
    }

    public void Dispose() => _memory.Dispose();

    private KvKind Kind(bool slides) => slides ? _layout.Local : _layout.Global;

    /// <summary>Puts away what a slot has and shows from a page on.</summary>
    private void Hide(int kind, int slot, int from)
    {
        var to = _shown[kind][slot];
        if (to > from)
        {
            _memory.Settle();
            Each(kind, slot, from, to, _memory.Release);
            _shown[kind][slot] = from;
        }
    }

    private void Each(int kind, int slot, int from, int to, Action<nint, long> change)
    {
        var own = _layout.Kinds[kind];
        foreach (var tensor in _tensors[kind])
        {
            for (var stretch = 0; stretch < own.Stretches; stretch++)
            {
                var start = ((((long)slot * own.Stretches) + stretch) * own.StretchBytes) + (from * own.PageBytes);
                change((nint)(tensor + start), to - from);
            }
        }
    }
}
