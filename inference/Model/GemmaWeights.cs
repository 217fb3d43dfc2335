using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Holds a whole model on a device.</summary>
/// <param name="Embedding">[vocabulary, hidden]</param>
/// <param name="Head">[vocabulary, hidden]; the same one where embeddings are tied</param>
internal sealed record GemmaWeights(Matrix Embedding, Matrix Head, Tensor FinalNorm, IReadOnlyList<LayerWeights> Layers)
    : IDisposable
{
    /// <summary>Gets the bytes of all matrices: what one decoded token has to read at least.</summary>
    public long Bytes =>
        Head.Bytes
        + Layers.Sum(layer => layer.QueryKeyValue.Bytes + layer.Output.Bytes + layer.GateUp.Bytes + layer.Down.Bytes);

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

        Embedding.Dispose();
        FinalNorm.Dispose();
    }
}
