using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>
/// Holds a matrix of weights, [outputs, columns], in one of the forms that products are computed from.
/// </summary>
internal abstract class Matrix : IDisposable
{
    /// <summary>Gets the bytes that it takes: what a product has to read at least.</summary>
    public abstract long Bytes { get; }

    /// <summary>Multiplies [rows, columns] with it, which gives [rows, outputs].</summary>
    public abstract Tensor Apply(Tensor x);

    /// <summary>Returns some of its rows, [n, columns], in the model's type or in float32.</summary>
    public abstract Tensor Rows(Tensor index);

    public abstract void Dispose();
}
