using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Holds one layer's tensors. Projections that read the same input are stored as one matrix, so that each is one
/// product; norm weights are stored as 1 + w in float32, as Gemma's norm applies them.
/// </summary>
/// <param name="QueryKeyValue">[(heads + 2·kvHeads)·headDim, hidden]</param>
/// <param name="Output">[hidden, heads·headDim]</param>
/// <param name="GateUp">[2·intermediate, hidden]</param>
/// <param name="Down">[hidden, intermediate]</param>
/// <param name="QueryKeyNorm">
/// [heads + kvHeads, headDim], Gemma 3 only; queries' rows hold <see cref="Attention.QueryFactor"/> too
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
        ];
        foreach (var tensor in all)
        {
            tensor?.Dispose();
        }
    }
}
