using GemmaInference.Torch;

namespace GemmaInference.Model.Rope;

/// <summary>
/// Cosines and signed sines of every position, [positions, headDim]. With the sign of "rotate half" folded into the
/// sines, rotating is <c>x·cos + roll(x, headDim/2)·sin</c>.
/// </summary>
internal sealed class RopeTable : IDisposable
{
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    public RopeTable(RopeSettings settings, int headDim, int positions, ScalarType type, Device device)
    {
        using var scope = TensorScope.Open();
        var half = headDim / 2;
        // The angles are float32 as in the reference implementations: others would drift at long positions.
        var exponents = Tensor.Of([.. Enumerable.Range(0, half).Select(i => 2f * i / headDim)], Device.Cpu);
        var frequencies = Tensor
            .Full([half], settings.Theta, ScalarType.Float32, Device.Cpu)
            .Power(exponents)
            .Reciprocal()
            .Divide(Tensor.Number((float)settings.Factor));
        var rotated = (int)(settings.Part * headDim / 2);
        if (rotated < half)
        {
            float[] kept = [.. Enumerable.Range(0, half).Select(i => i < rotated ? 1f : 0f)];
            frequencies = frequencies.Multiply(Tensor.Of(kept, Device.Cpu));
        }

        var angles = Tensor
            .Of([.. Enumerable.Range(0, positions).Select(at => (float)at)], Device.Cpu)
            .Unsqueeze(1)
            .Multiply(frequencies.Unsqueeze(0));
        var (cos, sin) = (angles.Cos(), angles.Sin());
        _cos = Tensor.Concatenate(1, cos, cos).To(type, device).Detach();
        _sin = Tensor.Concatenate(1, sin.Multiply(-1), sin).To(type, device).Detach();
    }

    /// <summary>Rows for the given positions, [n, 1, headDim], ready to broadcast over heads.</summary>
    public (Tensor Cos, Tensor Sin) At(Tensor positions) =>
        (_cos.IndexSelect(0, positions).Unsqueeze(1), _sin.IndexSelect(0, positions).Unsqueeze(1));

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
