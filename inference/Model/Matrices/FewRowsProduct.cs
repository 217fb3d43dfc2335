using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>
/// Multiplies few rows with a matrix, on processors with AVX-512. Such a product takes as long as its weights take to
/// come from memory, if each is read once for all rows; libtorch's reads or repacks them anew for every few.
/// </summary>
internal static unsafe class FewRowsProduct
{
    private const int Lanes = 16;

    /// <summary>Outputs that are computed together.</summary>
    private const int OutputsOfOne = 4;
    private const int OutputsOfMany = 2;

    /// <summary>Bytes of a line of the caches.</summary>
    private const int Line = 64;

    /// <summary>How far ahead weights are asked for, in bytes, into the second cache.</summary>
    private const int Ahead = 8192;

    /// <summary>Bounds the weights that a thread takes at once: some tens of microseconds.</summary>
    private const long WeightsOfStretch = 1 << 18;

    /// <summary>Tells whether a product can be computed here.</summary>
    public static bool Fits(Tensor x, long outputs) =>
        Avx512F.IsSupported
        && ComputeThreads.AreThere
        && x.Device == Device.Cpu
        && x.Size(1) % Lanes == 0
        && outputs % OutputsOfOne == 0;

    /// <summary>Multiplies [rows, columns] with a matrix of [outputs, columns].</summary>
    /// <typeparam name="TWeights">How weights lie in memory.</typeparam>
    /// <param name="scales">In float32, what each output is multiplied with; null for nothing.</param>
    public static Tensor Apply<TWeights>(Tensor x, Tensor weight, Tensor? scales)
        where TWeights : struct, IWeights
    {
        using var scope = TensorScope.Open();
        var (rows, outputs, columns) = (x.Size(0), weight.Size(0), weight.Size(1));
        if (x.Size(1) != columns)
        {
            throw new ArgumentException($"rows of {x.Size(1)} numbers, a matrix of {columns} columns", nameof(x));
        }

        var filled = EightRows.Filled(rows);
        var wide = x.To(ScalarType.Float32).Contiguous();
        if (filled != rows)
        {
            var all = Tensor.Zeros([filled, columns], ScalarType.Float32, Device.Cpu);
            all.Narrow(0, 0, rows).CopyFrom(wide);
            wide = all;
        }

        var result = Tensor.Empty([filled, outputs], ScalarType.Float32, Device.Cpu);
        var product = new Product(
            (float*)wide.Address,
            (byte*)weight.Address,
            scales is { } factors ? (float*)factors.Address : null,
            (float*)result.Address,
            filled,
            outputs,
            columns
        );
        var stretch = Math.Max(OutputsOfOne, WeightsOfStretch / columns / OutputsOfOne * OutputsOfOne);
        ComputeThreads.Run(filled == 1 ? &One<TWeights> : &Many<TWeights>, &product, outputs, stretch);
        return scope.Keep(result.Narrow(0, 0, rows).To(x.Type));
    }

    /// <summary>Reads output by output: the row stays in the first cache, weights come in one stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TWeights>(void* state, long start, long end)
        where TWeights : struct, IWeights
    {
        ref readonly var product = ref *(Product*)state;
        var columns = product.Columns;
        var step = columns * TWeights.Size;
        var x = product.X;
        for (var output = start; output < end; output += OutputsOfOne)
        {
            var weight = product.Weight + (output * step);
            var sums = LaneSums.OfFour(
                Sum<TWeights>(weight, x, columns),
                Sum<TWeights>(weight + step, x, columns),
                Sum<TWeights>(weight + (2 * step), x, columns),
                Sum<TWeights>(weight + (3 * step), x, columns)
            );
            product.Put(output, LaneSums.OfSixteen(sums, sums, sums, sums));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum<TWeights>(byte* weight, float* x, long columns)
        where TWeights : struct, IWeights
    {
        var sum = Vector512<float>.Zero;
        var column = 0L;
        for (; column <= columns - (2 * Lanes); column += 2 * Lanes)
        {
            var at = weight + (column * TWeights.Size);
            Fetch(at, 2 * TWeights.Size);
            sum = Avx512F.FusedMultiplyAdd(TWeights.Read(at), Vector512.Load(x + column), sum);
            at += Lanes * TWeights.Size;
            sum = Avx512F.FusedMultiplyAdd(TWeights.Read(at), Vector512.Load(x + column + Lanes), sum);
        }

        return column == columns
            ? sum
            : Avx512F.FusedMultiplyAdd(
                TWeights.Read(weight + (column * TWeights.Size)),
                Vector512.Load(x + column),
                sum
            );
    }

    private static void Many<TWeights>(void* state, long start, long end)
        where TWeights : struct, IWeights
    {
        ref readonly var product = ref *(Product*)state;
        for (var output = start; output < end; output += OutputsOfMany)
        {
            // The weights of these outputs stay in the first cache from row to row.
            for (long row = 0; row < product.Rows; )
            {
                if (product.Rows - row >= EightRows.Count)
                {
                    Some<TWeights, EightRows>(product, row, output);
                    row += EightRows.Count;
                }
                else
                {
                    Some<TWeights, FourRows>(product, row, output);
                    row += FourRows.Count;
                }
            }
        }
    }

    /// <summary>Computes two outputs of four or eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Some<TWeights, TRows>(in Product product, long row, long output)
        where TWeights : struct, IWeights
        where TRows : struct, IRowCount
    {
        var columns = product.Columns;
        var step = columns * TWeights.Size;
        var weight = product.Weight + (output * step);
        var x = product.X + (row * columns);
        Vector512<float> sum00 = default,
            sum01 = default,
            sum10 = default,
            sum11 = default,
            sum20 = default,
            sum21 = default,
            sum30 = default,
            sum31 = default,
            sum40 = default,
            sum41 = default,
            sum50 = default,
            sum51 = default,
            sum60 = default,
            sum61 = default,
            sum70 = default,
            sum71 = default;
        for (long column = 0; column < columns; column += Lanes)
        {
            var at = weight + (column * TWeights.Size);
            Fetch(weight + (column * TWeights.Size * OutputsOfMany), OutputsOfMany * TWeights.Size);
            var (first, second) = (TWeights.Read(at), TWeights.Read(at + step));
            var value = Vector512.Load(x + (0 * columns) + column);
            sum00 = Avx512F.FusedMultiplyAdd(first, value, sum00);
            sum01 = Avx512F.FusedMultiplyAdd(second, value, sum01);
            value = Vector512.Load(x + (1 * columns) + column);
            sum10 = Avx512F.FusedMultiplyAdd(first, value, sum10);
            sum11 = Avx512F.FusedMultiplyAdd(second, value, sum11);
            value = Vector512.Load(x + (2 * columns) + column);
            sum20 = Avx512F.FusedMultiplyAdd(first, value, sum20);
            sum21 = Avx512F.FusedMultiplyAdd(second, value, sum21);
            value = Vector512.Load(x + (3 * columns) + column);
            sum30 = Avx512F.FusedMultiplyAdd(first, value, sum30);
            sum31 = Avx512F.FusedMultiplyAdd(second, value, sum31);
            if (TRows.Count > FourRows.Count)
            {
                value = Vector512.Load(x + (4 * columns) + column);
                sum40 = Avx512F.FusedMultiplyAdd(first, value, sum40);
                sum41 = Avx512F.FusedMultiplyAdd(second, value, sum41);
                value = Vector512.Load(x + (5 * columns) + column);
                sum50 = Avx512F.FusedMultiplyAdd(first, value, sum50);
                sum51 = Avx512F.FusedMultiplyAdd(second, value, sum51);
                value = Vector512.Load(x + (6 * columns) + column);
                sum60 = Avx512F.FusedMultiplyAdd(first, value, sum60);
                sum61 = Avx512F.FusedMultiplyAdd(second, value, sum61);
                value = Vector512.Load(x + (7 * columns) + column);
                sum70 = Avx512F.FusedMultiplyAdd(first, value, sum70);
                sum71 = Avx512F.FusedMultiplyAdd(second, value, sum71);
            }
        }

        var low = LaneSums.OfFour(sum00, sum10, sum20, sum30);
        var lowOfSecond = LaneSums.OfFour(sum01, sum11, sum21, sum31);
        var (high, highOfSecond) = (low, lowOfSecond);
        if (TRows.Count > FourRows.Count)
        {
            high = LaneSums.OfFour(sum40, sum50, sum60, sum70);
            highOfSecond = LaneSums.OfFour(sum41, sum51, sum61, sum71);
        }

        product.Put<TRows>(row, output, LaneSums.OfSixteen(low, lowOfSecond, high, highOfSecond));
    }

    /// <summary>
    /// Asks for what is read next: the processor's own foresight ends where the stretches of several outputs do. What
    /// lies behind a matrix's end may be asked for, too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(byte* start, int bytesOfLane)
    {
        for (var line = 0; line < bytesOfLane * Lanes; line += Line)
        {
            Sse.Prefetch1(start + Ahead + line);
        }
    }

    /// <summary>Holds what a product reads and writes, row by row.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Product(
        float* x,
        byte* weight,
        float* scales,
        float* result,
        long rows,
        long outputs,
        long columns
    )
    {
        public float* X => x;

        public byte* Weight => weight;

        public long Rows => rows;

        public long Columns => columns;

        /// <summary>Writes four outputs of the only row, of which each has four lanes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Put(long output, Vector512<float> sums)
        {
            for (var i = 0; i < OutputsOfOne; i++)
            {
                result[output + i] = scales == null ? sums[i * 4] : sums[i * 4] * scales[output + i];
            }
        }

        /// <summary>
        /// Writes two outputs of four or eight rows: those of the first and the fifth, the second and the sixth, …
        /// </summary>
        public void Put<TRows>(long row, long output, Vector512<float> sums)
            where TRows : struct, IRowCount
        {
            if (scales != null)
            {
                sums *= Vector512.Create(*(double*)(scales + output)).AsSingle();
            }

            var pairs = (double*)&sums;
            var at = result + (row * outputs) + output;
            for (var i = 0; i < FourRows.Count; i++, at += outputs)
            {
                *(double*)at = pairs[2 * i];
                if (TRows.Count > FourRows.Count)
                {
                    *(double*)(at + (FourRows.Count * outputs)) = pairs[(2 * i) + 1];
                }
            }
        }
    }
}
