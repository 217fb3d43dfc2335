using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Holds a whole model on a device.</summary>
/// <param name="Embedding">[vocabulary, hidden]</param>
/// <param name="Head">[vocabulary, hidden]; the same one where embeddings are tied</param>
internal sealed record GemmaWeights(Matrix Embedding, Matrix Head, Tensor FinalNorm, IReadOnlyList<LayerWeights> Layers)
    : IDisposable
{
    /// <summary>Gets what makes of tokens what each layer is told of them; null for nothing.</summary>
    public PerLayerInputs? PerLayer { get; init; }

    /// <summary>Gets the bytes of all matrices: what one decoded token has to read at least.</summary>
    public long Bytes => Head.Bytes + (PerLayer?.Bytes ?? 0) + Layers.Sum(layer => layer.Bytes);

    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }

        if (Head != Embedding)
        {
            Head.Dispose();
        }

        PerLayer?.Dispose();
        Embedding.Dispose();
        FinalNorm.Dispose();
    }
}
