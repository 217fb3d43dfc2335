using TorchSharp;

namespace GemmaInference.Model;

/// <summary>
/// Holds keys and values of all sequences in fixed slots: one pair of tensors [slots, kvHeads, context, headDim] per
/// layer. A slot is reused without clearing, since a mask hides what a former sequence left.
/// </summary>
internal sealed class KvCache : IDisposable
{
    public KvCache(GemmaConfig config, int slots, int context, torch.ScalarType type, torch.Device device)
    {
        using var outside = torch.NewDisposeScope();
        Slots = slots;
        Context = context;
        KvHeads = config.KvHeads;
        torch.Tensor Empty() =>
            torch.zeros([slots, config.KvHeads, context, config.HeadDim], type, device).DetachFromDisposeScope();
        // Zeros rather than whatever memory holds: a hidden NaN times a weight of zero is still NaN.
        Keys = [.. Enumerable.Range(0, config.Layers).Select(_ => Empty())];
        Values = [.. Enumerable.Range(0, config.Layers).Select(_ => Empty())];
    }

    public int Slots { get; }

    /// <summary>Gets how many tokens a slot holds.</summary>
    public int Context { get; }

    public int KvHeads { get; }

    public IReadOnlyList<torch.Tensor> Keys { get; }

    public IReadOnlyList<torch.Tensor> Values { get; }

    /// <summary>Returns the bytes that one slot takes.</summary>
    public static long BytesPerSlot(GemmaConfig config, int context, int elementSize) =>
        2L * config.Layers * config.KvHeads * config.HeadDim * context * elementSize;

    public void Dispose()
    {
        foreach (var tensor in Keys.Concat(Values))
        {
            tensor.Dispose();
        }
    }
}
