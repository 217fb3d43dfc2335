using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Holds weights as whole numbers from −127 to 127 with a scale for each output.</summary>
internal sealed class Int8Matrix : Matrix
{
    /// <summary>
    /// From so many rows on the weights are widened once and multiplied as they are: libtorch's product of whole
    /// numbers reads them anew for every few rows (measured on AVX-512).
    /// </summary>
    private const int ManyRows = 32;

    private readonly Tensor _weight;
    private readonly Tensor _scales;

    private Int8Matrix(Tensor weight, Tensor scales) => (_weight, _scales) = (weight, scales);

    public override long Bytes => _weight.Count + (_scales.Count * _scales.Type.Size());

    /// <summary>Rounds weights to the nearest step, of which 127 reach each output's largest.</summary>
    /// <param name="weight">[outputs, columns] in float32, on the host; stays the caller's.</param>
    /// <param name="type">Of what it is multiplied with.</param>
    public static Int8Matrix Quantize(Tensor weight, ScalarType type, Device device)
    {
        using var scope = TensorScope.Open();
        var steps = Tensor.Empty(weight.Shape, ScalarType.Int8, Device.Cpu);
        var scales = Tensor.Empty([weight.Size(0)], ScalarType.Float32, Device.Cpu);
        Rounding.ToInt8(weight, steps, scales, type);
        return new Int8Matrix(steps.To(ScalarType.Int8, device).Detach(), scales.To(type, device).Detach());
    }

    public override Tensor Apply(Tensor x)
    {
        if (x.Size(0) < ManyRows)
        {
            return x.Contiguous().LinearInt8(_weight, _scales);
        }

        using var wide = _weight.To(x.Type);
        return x.Linear(wide).MultiplyInPlace(_scales);
    }

    public override Tensor Rows(Tensor index) =>
        _weight
            .IndexSelect(0, index)
            .To(ScalarType.Float32)
            .Multiply(_scales.IndexSelect(0, index).To(ScalarType.Float32).Unsqueeze(1));

    public override void Dispose()
    {
        _weight.Dispose();
        _scales.Dispose();
    }
}
