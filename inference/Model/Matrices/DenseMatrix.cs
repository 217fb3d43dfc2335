using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Holds weights as they are, in the model's type.</summary>
/// <param name="weight">Owned, [outputs, columns].</param>
internal sealed class DenseMatrix(Tensor weight) : Matrix
{
    /// <summary>Rows above which libtorch's product was quicker.</summary>
    private const int MostRows = 12;

    /// <summary>Bytes of rows, in float32, that stay in a processor's first cache beside what else is read.</summary>
    private const long CachedBytes = 24 << 10;

    public override long Bytes => weight.Count * weight.Type.Size();

    public override Tensor Apply(Tensor x) =>
        (weight.Type, x.Size(0)) switch
        {
            (ScalarType.BFloat16, <= MostRows) when IsQuicker(x) && FewRowsProduct.Fits(x, weight.Size(0)) =>
                FewRowsProduct.Apply<BFloat16Weights>(x, weight, scales: null),
            (ScalarType.Float32, <= MostRows) when FewRowsProduct.Fits(x, weight.Size(0)) =>
                FewRowsProduct.Apply<Float32Weights>(x, weight, scales: null),
            _ => x.Linear(weight),
        };

    public override Tensor Rows(Tensor index) => weight.IndexSelect(0, index);

    public override void Dispose() => weight.Dispose();

    /// <summary>
    /// Tells whether libtorch's product in bfloat16 is slower: several rows are for a processor's tiles, and where they
    /// don't stay in its first cache, for products that take them piece by piece.
    /// </summary>
    private static bool IsQuicker(Tensor x) =>
        x.Size(0) == 1
        || (!ProcessorTiles.AreThere && EightRows.Filled(x.Size(0)) * x.Size(1) * sizeof(float) <= CachedBytes);
}
