using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Holds a whole model on a device.</summary>
/// <param name="Embedding">[vocabulary, hidden]</param>
/// <param name="Head">[vocabulary, hidden]; the same tensor where embeddings are tied</param>
internal sealed record GemmaWeights(Tensor Embedding, Tensor Head, Tensor FinalNorm, IReadOnlyList<LayerWeights> Layers)
    : IDisposable
{
    /// <summary>Gets the bytes of all matrices: what one decoded token has to read at least.</summary>
    public long Bytes =>
        Size(Head)
        + Layers.Sum(layer => Size(layer.QueryKeyValue) + Size(layer.Output) + Size(layer.GateUp) + Size(layer.Down));

    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }

        if (!Head.Equals(Embedding))
        {
            Head.Dispose();
        }

        Embedding.Dispose();
        FinalNorm.Dispose();
    }

    private static long Size(Tensor tensor) => tensor.Count * (tensor.Type == ScalarType.Float32 ? 4 : 2);
}
