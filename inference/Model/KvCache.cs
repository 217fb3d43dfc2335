using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Holds keys and values of all sequences in fixed slots: one pair of tensors [slots, kvHeads, context, headDim] per
/// layer. A slot is reused without clearing, since a mask hides what a former sequence left.
/// </summary>
internal sealed class KvCache : IDisposable
{
    /// <summary>Bounds by how many positions a mask is longer than what it covers.</summary>
    public const int Alignment = 16;

    public KvCache(GemmaConfig config, int slots, int context, ScalarType type, Device device)
    {
        Slots = slots;
        Context = context;
        KvHeads = config.KvHeads;
        Tensor Empty() => Tensor.Zeros([slots, config.KvHeads, context, config.HeadDim], type, device).Detach();
        // Zeros rather than whatever memory holds: a hidden NaN times a weight of zero is still NaN.
        Keys = [.. Enumerable.Range(0, config.Layers).Select(_ => Empty())];
        Values = [.. Enumerable.Range(0, config.Layers).Select(_ => Empty())];
        using var scope = TensorScope.Open();
        Positions = Tensor.Of([.. Enumerable.Range(0, context + Alignment).Select(at => (long)at)], device).Detach();
    }

    public int Slots { get; }

    /// <summary>Gets how many tokens a slot holds.</summary>
    public int Context { get; }

    public int KvHeads { get; }

    public IReadOnlyList<Tensor> Keys { get; }

    public IReadOnlyList<Tensor> Values { get; }

    /// <summary>Gets the numbers from 0 on, as many as the context has and <see cref="Alignment"/> more.</summary>
    public Tensor Positions { get; }

    /// <summary>Returns the bytes that one slot takes.</summary>
    public static long BytesPerSlot(GemmaConfig config, int context, int elementSize) =>
        2L * config.Layers * config.KvHeads * config.HeadDim * context * elementSize;

    public void Dispose()
    {
        foreach (var tensor in Keys.Concat(Values).Append(Positions))
        {
            tensor.Dispose();
        }
    }
}
