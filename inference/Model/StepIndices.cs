using GemmaInference.Model.Packed;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Holds a step's whole numbers on the device: what is read and where it goes.</summary>
/// <param name="Ids">Tokens, sequence by sequence.</param>
/// <param name="Positions">Their places in their sequences.</param>
/// <param name="Slots">One per sequence.</param>
/// <param name="Lasts">The place of each sequence's last token among all.</param>
/// <param name="Global">For layers that see everything.</param>
/// <param name="Local">For sliding ones.</param>
/// <param name="Packed">
/// Lines for calls of all sequences, [5·sequences + 3]: where queries start, where keys start in layers that see
/// everything, and in sliding ones; how many are seen in the former, and in the latter.
/// </param>
internal sealed record StepIndices(
    Tensor Ids,
    Tensor Positions,
    Tensor Slots,
    Tensor Lasts,
    CachePlaces Global,
    CachePlaces Local,
    Tensor Packed
)
{
    /// <summary>Makes one copy for all of them, because the host waits for each copy to a GPU.</summary>
    public static StepIndices Upload(KvCache cache, IReadOnlyList<StepRow> rows, Device device)
    {
        var count = rows.Sum(row => row.Count);
        var block = new long[Length(cache, count, rows.Count)];
        Fill(block, cache, rows);
        return View(Tensor.Of(block, device), cache, count, rows.Count);
    }

    /// <summary>Returns how many numbers a step has.</summary>
    public static int Length(KvCache cache, int tokens, int rows) => (tokens * Each(cache)) + (7 * rows) + 3;

    /// <summary>Writes a step's numbers.</summary>
    /// <param name="block">As many as <see cref="Length"/> says.</param>
    public static void Fill(Span<long> block, KvCache cache, IReadOnlyList<StepRow> rows)
    {
        int count = rows.Sum(row => row.Count),
            global = cache.GlobalKvHeads,
            each = Each(cache),
            token = 0;
        var globals = block[(3 * count)..];
        var locals = block[((3 + global) * count)..];
        var packed = block[((each * count) + (2 * rows.Count))..];
        for (var index = 0; index < rows.Count; index++)
        {
            var row = rows[index];
            var first = cache.FirstOfWindow(row.Slot);
            packed[index] = token;
            foreach (var value in row.Tokens.Span)
            {
                var position = row.Start + token - (int)packed[index];
                block[token] = value;
                block[count + token] = position;
                block[(2 * count) + token] = position - first;
                Places(globals, cache, token, row.Slot, global, cache.ContextRows, position);
                Places(locals, cache, token, row.Slot, cache.LocalKvHeads, cache.WindowRows, position - first);
                token++;
            }

            block[(each * count) + index] = row.Slot;
            block[(each * count) + rows.Count + index] = token - 1;
            packed[rows.Count + 1 + index] = (long)row.Slot * cache.ContextRows;
            packed[(2 * rows.Count) + 2 + index] = (long)row.Slot * cache.WindowRows;
            packed[(3 * rows.Count) + 3 + index] = row.Start + row.Count;
            packed[(4 * rows.Count) + 3 + index] = row.Start + row.Count - first;
        }

        packed[rows.Count] = token;
        (packed[(2 * rows.Count) + 1], packed[(3 * rows.Count) + 2]) = (0, 0);
    }

    /// <summary>Views the numbers of a step.</summary>
    /// <param name="all">On the device.</param>
    /// <param name="count">Tokens of all sequences.</param>
    public static StepIndices View(Tensor all, KvCache cache, int count, int rows)
    {
        int global = cache.GlobalKvHeads,
            end = Each(cache) * count;
        var positions = all.Narrow(0, count, count);
        return new StepIndices(
            all.Narrow(0, 0, count),
            positions,
            all.Narrow(0, end, rows),
            all.Narrow(0, end + rows, rows),
            new CachePlaces(positions, all.Narrow(0, 3 * count, global * count)),
            new CachePlaces(
                all.Narrow(0, 2 * count, count),
                all.Narrow(0, (3 + global) * count, cache.LocalKvHeads * count)
            ),
            all.Narrow(0, end + (2 * rows), (5 * rows) + 3)
        );
    }

    /// <summary>Makes of them what one call of attention over all sequences needs.</summary>
    /// <param name="slides">Whether for sliding layers.</param>
    /// <param name="mostQueries">Bounds the tokens of a sequence in the step.</param>
    /// <param name="mostKeys">Bounds the keys that a sequence sees.</param>
    public PackedCall Pack(bool slides, int mostQueries, int mostKeys, int? window, bool isCausal)
    {
        var rows = Slots.Size(0);
        return new PackedCall(
            Line(0, rows + 1),
            Line(slides ? (2 * rows) + 2 : rows + 1, rows + 1),
            Line(slides ? (4 * rows) + 3 : (3 * rows) + 3, rows),
            mostQueries,
            mostKeys,
            window,
            isCausal
        );

        Tensor Line(long start, long length) => Packed.Narrow(0, start, length).To(ScalarType.Int32);
    }

    private static int Each(KvCache cache) => 3 + cache.GlobalKvHeads + cache.LocalKvHeads;

    private static void Places(Span<long> places, KvCache cache, int token, int slot, int heads, int size, int place)
    {
        for (var head = 0; head < heads; head++)
        {
            places[(token * heads) + head] = cache.Row(slot, heads, head, size, place);
        }
    }
}
