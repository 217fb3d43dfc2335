using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Holds a step's whole numbers on the device: what is read and where it goes.</summary>
/// <param name="Ids">Tokens, sequence by sequence.</param>
/// <param name="Positions">Their places in their sequences.</param>
/// <param name="CacheRows">Rows of the flattened cache that new keys go to, token by token, head by head.</param>
/// <param name="Slots">Null where slots follow each other, so that the cache is viewed rather than gathered.</param>
/// <param name="FirstSlot">The first sequence's slot.</param>
internal sealed record StepIndices(Tensor Ids, Tensor Positions, Tensor CacheRows, Tensor? Slots, int FirstSlot)
{
    /// <summary>Makes one copy for all of them, because the host waits for each copy to a GPU.</summary>
    /// <param name="slots">One per sequence.</param>
    /// <param name="positions">One per token.</param>
    /// <param name="tokens">The same number for each sequence.</param>
    public static StepIndices Upload(
        KvCache cache,
        int[] slots,
        int[] positions,
        ReadOnlySpan<int> tokens,
        Device device
    )
    {
        int count = tokens.Length,
            heads = cache.KvHeads,
            each = count / slots.Length;
        var block = new long[(count * (2 + heads)) + slots.Length];
        for (var token = 0; token < count; token++)
        {
            block[token] = tokens[token];
            block[count + token] = positions[token];
            var row = ((long)slots[token / each] * heads * cache.Context) + positions[token];
            for (var head = 0; head < heads; head++)
            {
                block[(2 * count) + (token * heads) + head] = row + ((long)head * cache.Context);
            }
        }

        for (var slot = 0; slot < slots.Length; slot++)
        {
            block[^(slots.Length - slot)] = slots[slot];
        }

        var contiguous = slots.Index().All(pair => pair.Item == slots[0] + pair.Index);
        var all = Tensor.Of(block, device);
        return new StepIndices(
            all.Narrow(0, 0, count),
            all.Narrow(0, count, count),
            all.Narrow(0, 2 * count, count * heads),
            contiguous ? null : all.Narrow(0, count * (2 + heads), slots.Length),
            slots[0]
        );
    }
}
