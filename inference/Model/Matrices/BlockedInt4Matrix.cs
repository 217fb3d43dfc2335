using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Holds weights as <see cref="Int4Matrix"/> does, in the layout of the server's own product.</summary>
internal sealed class BlockedInt4Matrix : Matrix
{
    /// <summary>
    /// Beyond so many rows weights are widened for a processor's tiles, which multiply more at once than this product.
    /// </summary>
    private const int FewRows = 12;

    /// <summary>Bounds the numbers that are widened at once.</summary>
    private const long WidenedAtOnce = 1 << 25;

    private readonly Tensor _weight;
    private readonly long _outputs;
    private readonly long _columns;

    private BlockedInt4Matrix(Tensor weight, long outputs, long columns) =>
        (_weight, _outputs, _columns) = (weight, outputs, columns);

    public override long Bytes => _weight.Count;

    /// <summary>Returns whether weights can be held so for what they are multiplied with.</summary>
    public static bool Fits(ScalarType type, Device device) => IntegerRows.Fit(type, device);

    /// <param name="steps">[outputs, columns] in int32, from 0 to 15.</param>
    /// <param name="scales">[columns ÷ 32, outputs, 2] in float32: scale and middle, which bfloat16 holds.</param>
    public static BlockedInt4Matrix Of(Tensor steps, Tensor scales) =>
        new(Int4Blocks.Pack(steps, scales).Detach(), steps.Size(0), steps.Size(1));

    public override Tensor Apply(Tensor x)
    {
        if (x.Size(1) != _columns)
        {
            throw new ArgumentException($"rows of {x.Size(1)} numbers, a matrix of {_columns} columns", nameof(x));
        }

        return x.Size(0) <= FewRows || !ProcessorTiles.AreThere
            ? Int4Product.Apply(x, _weight, _outputs)
            : ApplyWidened(x);
    }

    /// <summary>Multiplies with weights as bfloat16.</summary>
    public Tensor ApplyWidened(Tensor x)
    {
        var (blocks, most) = (
            _outputs / Int4Blocks.Outputs,
            Math.Max(1, WidenedAtOnce / (_columns * Int4Blocks.Outputs))
        );
        var parts = new List<Tensor>(1);
        for (var start = 0L; start < blocks; start += most)
        {
            using var wide = Int4Widening.Widen(_weight, start, Math.Min(most, blocks - start), _columns);
            parts.Add(x.Linear(wide.Transposed()));
        }

        return parts.Count == 1 ? parts[0] : Tensor.Concatenate(1, [.. parts]);
    }

    /// <summary>Throws: nothing looks rows up here, since embeddings are never held so.</summary>
    public override Tensor Rows(Tensor index) => throw new NotSupportedException();

    public override void Dispose() => _weight.Dispose();
}
