using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace GemmaInference.Model.Mixture;

/// <summary>Holds the tensors of a layer's experts and of the router that chooses among them.</summary>
/// <param name="Router">[experts, hidden]</param>
/// <param name="RouterScale">[hidden], what the router's input is normalised and multiplied with</param>
/// <param name="ExpertScales">[experts], what each expert's share is multiplied with</param>
/// <param name="GateUp">[2·intermediate, hidden] of each expert</param>
/// <param name="Down">[hidden, intermediate] of each expert</param>
/// <param name="InputNorm">Of what experts read.</param>
/// <param name="OutputNorm">Of what they make together.</param>
/// <param name="MlpNorm">Of what the MLP beside them makes.</param>
internal sealed record ExpertWeights(
    Matrix Router,
    Tensor RouterScale,
    Tensor ExpertScales,
    IReadOnlyList<Matrix> GateUp,
    IReadOnlyList<Matrix> Down,
    Tensor InputNorm,
    Tensor OutputNorm,
    Tensor MlpNorm
) : IDisposable
{
    public long Bytes => Router.Bytes + GateUp.Concat(Down).Sum(matrix => matrix.Bytes);

    public void Dispose()
    {
        foreach (var matrix in GateUp.Concat(Down).Append(Router))
        {
            matrix.Dispose();
        }

        foreach (var tensor in (Tensor[])[RouterScale, ExpertScales, InputNorm, OutputNorm, MlpNorm])
        {
            tensor.Dispose();
        }
    }
}
