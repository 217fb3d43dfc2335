using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Holds a step's whole numbers on the device: what is read and where it goes.</summary>
/// <param name="Ids">Tokens, sequence by sequence.</param>
/// <param name="Positions">Their places in their sequences.</param>
/// <param name="Slots">One per sequence.</param>
/// <param name="Lasts">The place of each sequence's last token among all.</param>
/// <param name="Global">For layers that see everything.</param>
/// <param name="Local">For sliding ones.</param>
internal sealed record StepIndices(
    Tensor Ids,
    Tensor Positions,
    Tensor Slots,
    Tensor Lasts,
    CachePlaces Global,
    CachePlaces Local
)
{
    /// <summary>Makes one copy for all of them, because the host waits for each copy to a GPU.</summary>
    public static StepIndices Upload(KvCache cache, IReadOnlyList<StepRow> rows, Device device)
    {
        int count = rows.Sum(row => row.Count),
            global = cache.GlobalKvHeads,
            local = cache.LocalKvHeads,
            each = 3 + global + local;
        var block = new long[(count * each) + (2 * rows.Count)];
        var ids = block.AsSpan(0, count);
        var globals = block.AsSpan(3 * count);
        var locals = block.AsSpan((3 + global) * count);
        for (int index = 0, token = 0; index < rows.Count; index++)
        {
            var row = rows[index];
            var first = cache.FirstOfWindow(row.Slot);
            var values = row.Tokens.Span;
            for (var i = 0; i < values.Length; i++, token++)
            {
                var position = row.Start + i;
                ids[token] = values[i];
                block[count + token] = position;
                block[(2 * count) + token] = position - first;
                Places(globals, token, row.Slot, global, position, cache.Context);
                Places(locals, token, row.Slot, local, position - first, cache.WindowTokens);
            }

            block[(each * count) + index] = row.Slot;
            block[(each * count) + rows.Count + index] = token - 1;
        }

        var all = Tensor.Of(block, device);
        var positions = all.Narrow(0, count, count);
        return new StepIndices(
            all.Narrow(0, 0, count),
            positions,
            all.Narrow(0, each * count, rows.Count),
            all.Narrow(0, (each * count) + rows.Count, rows.Count),
            new CachePlaces(positions, all.Narrow(0, 3 * count, global * count)),
            new CachePlaces(all.Narrow(0, 2 * count, count), all.Narrow(0, (3 + global) * count, local * count))
        );

        static void Places(Span<long> places, int token, int slot, int heads, int place, int size)
        {
            for (var head = 0; head < heads; head++)
            {
                places[(token * heads) + head] = ((((long)slot * heads) + head) * size) + place;
            }
        }
    }
}
