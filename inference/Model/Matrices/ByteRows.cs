using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>
/// Holds rows in bfloat16 as whole numbers of 8 bits; 32 columns share a factor, by which the largest of them is −127
/// or 127. Each number loses 1/254 of the largest at most. Sums of products are exact, whatever is computed beside
/// them.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct ByteRows
{
    /// <summary>Columns that share a factor.</summary>
    public const int Block = BFloat16Lanes.Count;

    /// <summary>Is the largest number's size: a block's products with 4 bits, summed up by pairs, fit in 16.</summary>
    public const int Most = 127;

    /// <summary>Exponents below, of some 1e-34, are of nothing.</summary>
    private const uint LeastExponent = 15;

    /// <summary>Blocks that a thread takes at once: some tens of microseconds.</summary>
    private const long BlocksOfStretch = 2048;

    private ByteRows(Tensor numbers, Tensor steps, Tensor sums, long rows, long columns)
    {
        (Count, Columns) = (rows, columns);
        Numbers = (sbyte*)numbers.Address;
        Steps = (float*)steps.Address;
        Sums = (int*)sums.Address;
    }

    /// <summary>Gets how many rows there are, those of zeros with which they were filled up included.</summary>
    public long Count { get; }

    public long Columns { get; }

    /// <summary>Gets the blocks of a row.</summary>
    public long Blocks => Columns / Block;

    /// <summary>Gets [rows, columns].</summary>
    public sbyte* Numbers { get; }

    /// <summary>Gets what a block's numbers are to be multiplied with, [rows, blocks].</summary>
    public float* Steps { get; }

    /// <summary>Gets the sum of each block, [rows, blocks].</summary>
    public int* Sums { get; }

    /// <summary>Converts rows; what it gives lives as long as the scope that is open.</summary>
    /// <param name="x">Rows that <see cref="IntegerRows.Fits"/>.</param>
    /// <param name="count">As many rows at least, of which the last are zeros where there are fewer.</param>
    public static ByteRows Of(Tensor x, long count)
    {
        if (!IntegerRows.Fits(x))
        {
            throw new ArgumentException($"rows of {x.Size(1)} {x.Type}", nameof(x));
        }

        var (rows, columns) = (x.Size(0), x.Size(1));
        var blocks = columns / Block;
        var result = new ByteRows(
            Tensor.Empty([count, columns], ScalarType.Int8, Device.Cpu),
            Tensor.Empty([count, blocks], ScalarType.Float32, Device.Cpu),
            Tensor.Empty([count, blocks], ScalarType.Int32, Device.Cpu),
            count,
            columns
        );
        var work = new Work((ushort*)x.Contiguous().Address, result);
        ComputeThreads.Run(&Convert, &work, rows * blocks, BlocksOfStretch);
        var rest = count - rows;
        NativeMemory.Clear(result.Numbers + (rows * columns), (nuint)(rest * columns));
        NativeMemory.Clear(result.Steps + (rows * blocks), (nuint)(rest * blocks * sizeof(float)));
        NativeMemory.Clear(result.Sums + (rows * blocks), (nuint)(rest * blocks * sizeof(int)));
        return result;
    }

    private static void Convert(void* state, long start, long end)
    {
        ref readonly var work = ref *(Work*)state;
        for (var index = start; index < end; index++)
        {
            work.To.Convert(work.From + (index * Block), index);
        }
    }

    private void Convert(ushort* from, long index)
    {
        var to = Numbers + (index * Block);
        var largest = BFloat16Lanes.Largest(BFloat16Lanes.Sizes(from));
        var exponent = BFloat16Lanes.ExponentOf(largest);
        if (exponent is < LeastExponent or BFloat16Lanes.NoNumber)
        {
            // Of infinity, or no number, neither comes.
            Vector256<sbyte>.Zero.Store(to);
            (Steps[index], Sums[index]) = (exponent == BFloat16Lanes.NoNumber ? float.NaN : 0, 0);
            return;
        }

        var size = BFloat16Lanes.ToSingle(largest);
        var scale = Vector512.Create(Most / size);
        var low = Avx512F.ConvertToVector512Int32(BFloat16Lanes.Widen(from) * scale);
        var high = Avx512F.ConvertToVector512Int32(BFloat16Lanes.Widen(from + BFloat16Lanes.Wide) * scale);
        Avx512F.ConvertToVector128SByte(low).Store(to);
        Avx512F.ConvertToVector128SByte(high).Store(to + BFloat16Lanes.Wide);
        (Steps[index], Sums[index]) = (size / Most, Vector512.Sum(low + high));
    }

    /// <summary>Holds what is read and written.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Work(ushort* from, ByteRows to)
    {
        public readonly ushort* From = from;
        public readonly ByteRows To = to;
    }
}
