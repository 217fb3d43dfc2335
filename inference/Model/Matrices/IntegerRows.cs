using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>
/// Holds rows in bfloat16 as whole numbers of 16 bits; blocks of columns share a power of two. A bfloat16 has 8 bits,
/// so numbers down to 1/128 of a block's largest stay exact; smaller ones lose at most 1/128 of what the largest may
/// have lost before. Sums of products are exact, whatever is computed beside them.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct IntegerRows
{
    /// <summary>Columns come in multiples of this: what a register holds.</summary>
    public const int Lanes = BFloat16Lanes.Count;

    /// <summary>Bits that the largest number of a block is moved up to, without its sign.</summary>
    private const int Bits = 15;

    /// <summary>Where a float32 has its exponent, and what is added to it.</summary>
    private const int ExponentAt = 23;
    private const int ExponentBias = 127;

    private IntegerRows(Tensor numbers, Tensor steps, Tensor sums, long rows, long blocks)
    {
        (Count, Blocks) = (rows, blocks);
        Numbers = (short*)numbers.Address;
        Steps = (float*)steps.Address;
        Sums = (int*)sums.Address;
    }

    /// <summary>Gets how many rows there are, those of zeros with which they were filled up included.</summary>
    public long Count { get; }

    /// <summary>Gets the blocks of a row.</summary>
    public long Blocks { get; }

    /// <summary>Gets [rows, columns].</summary>
    public short* Numbers { get; }

    /// <summary>Gets what a block's numbers are to be multiplied with, [rows, blocks].</summary>
    public float* Steps { get; }

    /// <summary>Gets the sum of each block, [rows, blocks].</summary>
    public int* Sums { get; }

    /// <summary>Tells whether rows of a type can be held so, and multiplied here.</summary>
    public static bool Fit(ScalarType type, Device device) =>
        Avx512BW.IsSupported && ComputeThreads.AreThere && device == Device.Cpu && type == ScalarType.BFloat16;

    /// <summary>Tells whether rows can be held so, and multiplied here.</summary>
    public static bool Fits(Tensor x) => x.Size(1) % Lanes == 0 && Fit(x.Type, x.Device);

    /// <summary>Converts rows; what it gives lives as long as the scope that is open.</summary>
    /// <param name="count">As many rows at least, of which the last are zeros where there are fewer.</param>
    /// <param name="block">Columns that share a power of two, a multiple of <see cref="Lanes"/>.</param>
    public static IntegerRows Of(Tensor x, long count, int block)
    {
        if (!Fits(x))
        {
            throw new ArgumentException($"rows of {x.Size(1)} {x.Type}", nameof(x));
        }

        var (rows, columns) = (x.Size(0), x.Size(1));
        var blocks = (columns + block - 1) / block;
        var result = new IntegerRows(
            Tensor.Empty([count, columns / 2], ScalarType.Int32, Device.Cpu),
            Tensor.Empty([count, blocks], ScalarType.Float32, Device.Cpu),
            Tensor.Empty([count, blocks], ScalarType.Int32, Device.Cpu),
            count,
            blocks
        );
        var from = (ushort*)x.Contiguous().Address;
        for (long row = 0; row < rows; row++)
        {
            for (long at = 0, index = row * blocks; at < columns; at += block, index++)
            {
                var start = (row * columns) + at;
                var length = Math.Min(block, columns - at);
                result.Convert(from + start, result.Numbers + start, length, index);
            }
        }

        var rest = count - rows;
        NativeMemory.Clear(result.Numbers + (rows * columns), (nuint)(rest * columns * sizeof(short)));
        NativeMemory.Clear(result.Steps + (rows * blocks), (nuint)(rest * blocks * sizeof(float)));
        NativeMemory.Clear(result.Sums + (rows * blocks), (nuint)(rest * blocks * sizeof(int)));
        return result;
    }

    private void Convert(ushort* from, short* to, long length, long index)
    {
        var largest = Vector512<ushort>.Zero;
        for (long i = 0; i < length; i += Lanes)
        {
            largest = Avx512BW.Max(largest, BFloat16Lanes.Sizes(from + i));
        }

        // Those of smaller exponents are next to nothing.
        var exponent = Math.Max(BFloat16Lanes.ExponentOf(BFloat16Lanes.Largest(largest)), Bits);
        if (exponent == BFloat16Lanes.NoNumber)
        {
            // Infinity, or no number: neither is what comes of it.
            NativeMemory.Clear(to, (nuint)(length * sizeof(short)));
            (Steps[index], Sums[index]) = (float.NaN, 0);
            return;
        }

        var scale = Vector512.Create(Power((2 * ExponentBias) + Bits - 1 - exponent));
        var sum = Vector512<int>.Zero;
        for (long i = 0; i < length; i += Lanes)
        {
            var low = Avx512F.ConvertToVector512Int32(BFloat16Lanes.Widen(from + i) * scale);
            var high = Avx512F.ConvertToVector512Int32(BFloat16Lanes.Widen(from + i + BFloat16Lanes.Wide) * scale);
            Avx512F.ConvertToVector256Int16(low).Store(to + i);
            Avx512F.ConvertToVector256Int16(high).Store(to + i + (Lanes / 2));
            sum += low + high;
        }

        (Steps[index], Sums[index]) = (Power(exponent - Bits + 1), Vector512.Sum(sum));
    }

    private static float Power(uint exponent) => BitConverter.UInt32BitsToSingle(exponent << ExponentAt);
}
