using GemmaInference.Model.Matrices;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Adds to a layer's result what the layer is told of each token.</summary>
/// <param name="gate">[size, hidden]</param>
/// <param name="projection">[hidden, size]</param>
/// <param name="norm">[hidden]</param>
internal sealed class PerLayerGate(Matrix gate, Matrix projection, Tensor norm) : IDisposable
{
    public long Bytes => gate.Bytes + projection.Bytes;

    /// <param name="x">The layer's result in the model's type, [tokens, hidden].</param>
    /// <param name="told">[tokens, size], as <see cref="PerLayerInputs"/> makes it.</param>
    /// <returns>What is added, in float32.</returns>
    public Tensor Apply(Tensor x, Tensor told, double epsilon)
    {
        using var scope = TensorScope.Open();
        var opened = gate.Apply(x).GeluTanh().Multiply(told);
        return scope.Keep(projection.Apply(opened).To(ScalarType.Float32).RmsNorm(norm, epsilon));
    }

    public void Dispose()
    {
        gate.Dispose();
        projection.Dispose();
        norm.Dispose();
    }
}
