using GemmaInference.Model.Matrices;
using GemmaInference.Model.Mixture;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Holds one layer's tensors. Projections that read the same input are stored as one matrix, so that each is one
/// product; norm weights are stored in float32 as what they multiply with: 1 + w before Gemma 4.
/// </summary>
/// <param name="QueryKeyValue">
/// [(heads + 2·kvHeads)·headDim, hidden]; less where keys are values, or another layer's
/// </param>
/// <param name="Output">[hidden, heads·headDim]</param>
/// <param name="GateUp">[2·intermediate, hidden]</param>
/// <param name="Down">[hidden, intermediate]</param>
/// <param name="QueryKeyNorm">
/// [heads + kvHeads, headDim], from Gemma 3 on; queries' rows hold <see cref="Attention.QueryFactor"/> too
/// </param>
internal sealed record LayerWeights(
    Matrix QueryKeyValue,
    Matrix Output,
    Matrix GateUp,
    Matrix Down,
    Tensor InputNorm,
    Tensor PostAttentionNorm,
    Tensor? PreMlpNorm,
    Tensor? PostMlpNorm,
    Tensor? QueryKeyNorm
) : IDisposable
{
    /// <summary>Gets what the layer is told of each token; null for nothing.</summary>
    public PerLayerGate? Gate { get; init; }

    /// <summary>Gets the experts beside the MLP; null for none.</summary>
    public Experts? Experts { get; init; }

    /// <summary>Gets what the layer's result is multiplied with.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Gets the bytes of the matrices that a token is multiplied with.</summary>
    public long Bytes =>
        QueryKeyValue.Bytes + Output.Bytes + GateUp.Bytes + Down.Bytes + (Gate?.Bytes ?? 0) + (Experts?.Bytes ?? 0);

    public void Dispose()
    {
        IDisposable?[] all =
        [
            QueryKeyValue,
            Output,
            GateUp,
            Down,
            InputNorm,
            PostAttentionNorm,
            PreMlpNorm,
            PostMlpNorm,
            QueryKeyNorm,
            Gate,
            Experts,
        ];
        foreach (var tensor in all)
        {
            tensor?.Dispose();
        }
    }
}
