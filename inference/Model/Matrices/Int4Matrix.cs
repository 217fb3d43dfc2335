using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>
/// Holds weights as whole numbers from 0 to 15; each group of columns of an output has a scale and a middle.
/// </summary>
internal sealed class Int4Matrix : Matrix
{
    /// <summary>Columns that share a scale: the fewest that libtorch's products take.</summary>
    public const int Group = 32;

    /// <summary>Outputs come in so many at least; libtorch packs no others.</summary>
    private const int Outputs = 64;

    /// <summary>A GPU's product reads 8 tiles of 16 columns at once, and knows no rest (int4mm.cu).</summary>
    private const int ColumnsOnGpu = 128;

    private readonly Tensor _weight;
    private readonly Tensor _scales;

    private Int4Matrix(Tensor weight, Tensor scales) => (_weight, _scales) = (weight, scales);

    public override long Bytes => (_weight.Count * _weight.Type.Size()) + (_scales.Count * _scales.Type.Size());

    /// <summary>Returns whether a matrix of this shape can be held so.</summary>
    public static bool Fits(long outputs, long columns, Device device = Device.Cpu) =>
        outputs % Outputs == 0 && columns % (device == Device.Cuda ? ColumnsOnGpu : Group) == 0;

    /// <summary>Rounds weights to the nearest of 16 steps between a group's least and largest.</summary>
    /// <param name="weight">[outputs, columns] in float32, on the host; stays the caller's.</param>
    /// <param name="type">Of what it is multiplied with.</param>
    public static Matrix Quantize(Tensor weight, ScalarType type, Device device)
    {
        using var scope = TensorScope.Open();
        var steps = Tensor.Empty(weight.Shape, ScalarType.Int32, Device.Cpu);
        var scales = Tensor.Empty([weight.Size(1) / Group, weight.Size(0), 2], ScalarType.Float32, Device.Cpu);
        Rounding.ToInt4(weight, steps, scales, Group, type);
        if (BlockedInt4Matrix.Fits(type, device))
        {
            return BlockedInt4Matrix.Of(steps, scales);
        }

        var packed = device == Device.Cuda ? Pairs(steps).To(ScalarType.UInt8, device).PackInt4() : steps.PackInt4();
        return new Int4Matrix(packed.Detach(), scales.To(type, device).Detach());
    }

    public override Tensor Apply(Tensor x) => x.Contiguous().LinearInt4(_weight, Group, _scales);

    /// <summary>Throws: nothing looks rows up here, since embeddings are never held so.</summary>
    public override Tensor Rows(Tensor index) => throw new NotSupportedException();

    public override void Dispose()
    {
        _weight.Dispose();
        _scales.Dispose();
    }

    private static Tensor Pairs(Tensor steps)
    {
        var pairs = Tensor.Empty([steps.Size(0), steps.Size(1) / 2], ScalarType.UInt8, Device.Cpu);
        for (long row = 0; row < steps.Size(0); row++)
        {
            var from = steps.Select(row).Numbers<int>();
            var to = pairs.Select(row).Numbers<byte>();
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = (byte)((from[2 * i] << 4) | from[(2 * i) + 1]);
            }
        }

        return pairs;
    }
}
