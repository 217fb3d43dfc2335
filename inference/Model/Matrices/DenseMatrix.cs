using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Holds weights as they are, in the model's type.</summary>
/// <param name="weight">Owned, [outputs, columns].</param>
internal sealed class DenseMatrix(Tensor weight) : Matrix
{
    public override long Bytes => weight.Count * weight.Type.Size();

    public override Tensor Apply(Tensor x) => x.Linear(weight);

    public override Tensor Rows(Tensor index) => weight.IndexSelect(0, index);

    public override void Dispose() => weight.Dispose();
}
