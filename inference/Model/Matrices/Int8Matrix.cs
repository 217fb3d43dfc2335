using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Holds weights as whole numbers from −127 to 127 with a scale for each output.</summary>
internal sealed class Int8Matrix : Matrix
{
    /// <summary>
    /// Beyond so many rows the weights are widened and multiplied as usual: products of whole numbers read or widen
    /// them anew for every few rows.
    /// </summary>
    private const int FewRows = 12;

    /// <summary>Bounds the numbers that are widened at once.</summary>
    private const long WidenedAtOnce = 1 << 25;

    /// <summary>That product reads columns in blocks of this and knows no rest (int8mm_kernel.cpp).</summary>
    private const int Block = 64;

    private readonly Tensor _weight;
    private readonly Tensor _scales;

    /// <summary>The same numbers as <see cref="_scales"/>.</summary>
    private readonly Tensor _wideScales;

    private Int8Matrix(Tensor weight, Tensor scales, Tensor wideScales) =>
        (_weight, _scales, _wideScales) = (weight, scales, wideScales);

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
        return new Int8Matrix(
            steps.To(ScalarType.Int8, device).Detach(),
            (type == ScalarType.Float32 ? scales.Copy() : scales).To(type, device).Detach(),
            scales.Detach()
        );
    }

    public override Tensor Apply(Tensor x)
    {
        if (x.Size(0) <= FewRows && Int8Product.Fits(x, _weight.Size(0)))
        {
            return Int8Product.Apply(x, _weight, _wideScales);
        }

        if (x.Size(0) <= FewRows && FewRowsProduct.Fits(x, _weight.Size(0)))
        {
            return FewRowsProduct.Apply<Int8Weights>(x, _weight, _wideScales);
        }

        if (x.Size(0) <= FewRows && _weight.Size(1) % Block == 0)
        {
            // On a GPU libtorch's product was float32 at first, whatever it had been given.
            return x.Contiguous().LinearInt8(_weight, _scales).To(x.Type);
        }

        var (outputs, most) = (_weight.Size(0), Math.Max(1, WidenedAtOnce / _weight.Size(1)));
        var parts = new List<Tensor>(1);
        for (var start = 0L; start < outputs; start += most)
        {
            using var wide = _weight.Narrow(0, start, Math.Min(most, outputs - start)).To(x.Type);
            parts.Add(x.Linear(wide));
        }

        return (parts.Count == 1 ? parts[0] : Tensor.Concatenate(1, [.. parts])).MultiplyInPlace(_scales);
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
        _wideScales.Dispose();
    }
}
