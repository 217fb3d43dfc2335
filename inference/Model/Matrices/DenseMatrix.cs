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
    private const int MostRows = 8;

    /// <summary>
    /// Rows in bfloat16 up to which the weights times the rows were quicker than the rows times the weights: oneDNN
    /// lays the second of both anew for the processor's tiles, at each call.
    /// </summary>
    private const int MostTurnedRows = 32;

    private static readonly bool HasFastBrainFloats = Avx512F.IsSupported && BrainFloats.AreFast();

    public override long Bytes => weight.Count * weight.Type.Size();

    public override Tensor Apply(Tensor x) =>
        (weight.Type, x.Device, x.Size(0)) switch
        {
            (ScalarType.BFloat16, Device.Cpu, <= MostTurnedRows) when HasFastBrainFloats => Turned(x),
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

    private Tensor Turned(Tensor x)
    {
        using var scope = TensorScope.Open();
        var rows = x.Size(0);
        // One row alone would get a product that is slower than that of two.
        var turned = weight.Linear(rows == 1 ? Tensor.Concatenate(0, x, x) : x);
        return scope.Keep(turned.Narrow(1, 0, rows).Transposed().Copy());
    }
}
