using System.Runtime.Intrinsics.X86;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Holds weights as they are, in the model's type.</summary>
/// <param name="weight">Owned, [outputs, columns].</param>
internal sealed class DenseMatrix(Tensor weight) : Matrix
{
    /// <summary>Rows in float32 of which libtorch's product reads the weights about as often as needed.</summary>
    private const int FewestRows = 4;

    /// <summary>Rows in float32 above which libtorch's product was quicker.</summary>
    private const int MostRows = 12;

    private static readonly bool HasFastBrainFloats = Avx512F.IsSupported && BrainFloats.AreFast();

    public override long Bytes => weight.Count * weight.Type.Size();

    public override Tensor Apply(Tensor x) =>
        (weight.Type, x.Device, x.Size(0)) switch
        {
            (ScalarType.BFloat16, Device.Cpu, 1) when HasFastBrainFloats => One(x),
            (ScalarType.Float32, Device.Cpu, >= FewestRows and <= MostRows)
                when FewRowsProduct.Fits(x, weight.Size(0)) => FewRowsProduct.Apply<Float32Weights>(
                x,
                weight,
                scales: null
            ),
            _ => x.Linear(weight),
        };

    public override Tensor Rows(Tensor index) => weight.IndexSelect(0, index);

    public override void Dispose() => weight.Dispose();

    /// <summary>
    /// Multiplies the weights with the row, twice, and not the row with the weights: what comes second is laid anew for
    /// the processor's tiles, at each call, and a row that is alone gets no tiles.
    /// </summary>
    private Tensor One(Tensor x)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(weight.Linear(Tensor.Concatenate(0, x, x)).Narrow(1, 0, 1).Transposed().Copy());
    }
}
