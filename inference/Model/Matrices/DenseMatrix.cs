using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Holds weights as they are, in the model's type.</summary>
/// <param name="weight">Owned, [outputs, columns].</param>
internal sealed class DenseMatrix(Tensor weight) : Matrix
{
    /// <summary>Rows above which libtorch's product was quicker.</summary>
    private const int MostRows = 12;

    private static int MostOfBFloat16 => ProcessorTiles.AreThere ? 1 : MostRows;

    public override long Bytes => weight.Count * weight.Type.Size();

    public override Tensor Apply(Tensor x) =>
        (weight.Type, x.Size(0)) switch
        {
            // The processor's tiles, which libtorch uses, are for several rows.
            (ScalarType.BFloat16, var rows) when rows <= MostOfBFloat16 && FewRowsProduct.Fits(x, weight.Size(0)) =>
                FewRowsProduct.Apply<BFloat16Weights>(x, weight, scales: null),
            (ScalarType.Float32, <= MostRows) when FewRowsProduct.Fits(x, weight.Size(0)) =>
                FewRowsProduct.Apply<Float32Weights>(x, weight, scales: null),
            _ => x.Linear(weight),
        };

    public override Tensor Rows(Tensor index) => weight.IndexSelect(0, index);

    public override void Dispose() => weight.Dispose();
}
