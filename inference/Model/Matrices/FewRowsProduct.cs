using System.Runtime.CompilerServices;
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

    /// <summary>Rows that are computed together; others are filled up with zeros.</summary>
    private const int Together = 4;

    /// <summary>Outputs that are computed together.</summary>
    private const int OutputsOfOne = 4;
    private const int OutputsOfFour = 2;

    /// <summary>Bytes of a line of the caches.</summary>
    private const int Line = 64;

    /// <summary>How far ahead weights are asked for, in bytes.</summary>
    private const int Ahead = 4096;

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
        var filled = rows == 1 ? 1 : (rows + Together - 1) / Together * Together;
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
        ComputeThreads.Run(filled == 1 ? &One<TWeights> : &Four<TWeights>, &product, outputs, stretch);
        return scope.Keep(result.Narrow(0, 0, rows).To(x.Type));
    }

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
            Vector512<float> sum0 = default,
                sum1 = default,
                sum2 = default,
                sum3 = default;
            for (long column = 0; column < columns; column += Lanes)
            {
                var value = Vector512.Load(x + column);
                var at = weight + (column * TWeights.Size);
                Fetch(weight + (column * TWeights.Size * OutputsOfOne), OutputsOfOne * TWeights.Size);
                sum0 = Avx512F.FusedMultiplyAdd(TWeights.Read(at), value, sum0);
                sum1 = Avx512F.FusedMultiplyAdd(TWeights.Read(at + step), value, sum1);
                sum2 = Avx512F.FusedMultiplyAdd(TWeights.Read(at + (2 * step)), value, sum2);
                sum3 = Avx512F.FusedMultiplyAdd(TWeights.Read(at + (3 * step)), value, sum3);
            }

            product.Put(0, output, sum0);
            product.Put(0, output + 1, sum1);
            product.Put(0, output + 2, sum2);
            product.Put(0, output + 3, sum3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TWeights>(void* state, long start, long end)
        where TWeights : struct, IWeights
    {
        ref readonly var product = ref *(Product*)state;
        var columns = product.Columns;
        var step = columns * TWeights.Size;
        for (var output = start; output < end; output += OutputsOfFour)
        {
            var weight = product.Weight + (output * step);
            // The weights of these outputs stay in the first cache from row to row.
            for (long row = 0; row < product.Rows; row += Together)
            {
                var x = product.X + (row * columns);
                Vector512<float> sum00 = default,
                    sum01 = default,
                    sum10 = default,
                    sum11 = default,
                    sum20 = default,
                    sum21 = default,
                    sum30 = default,
                    sum31 = default;
                for (long column = 0; column < columns; column += Lanes)
                {
                    var at = weight + (column * TWeights.Size);
                    Fetch(weight + (column * TWeights.Size * OutputsOfFour), OutputsOfFour * TWeights.Size);
                    var (first, second) = (TWeights.Read(at), TWeights.Read(at + step));
                    var value = Vector512.Load(x + column);
                    sum00 = Avx512F.FusedMultiplyAdd(first, value, sum00);
                    sum01 = Avx512F.FusedMultiplyAdd(second, value, sum01);
                    value = Vector512.Load(x + columns + column);
                    sum10 = Avx512F.FusedMultiplyAdd(first, value, sum10);
                    sum11 = Avx512F.FusedMultiplyAdd(second, value, sum11);
                    value = Vector512.Load(x + (2 * columns) + column);
                    sum20 = Avx512F.FusedMultiplyAdd(first, value, sum20);
                    sum21 = Avx512F.FusedMultiplyAdd(second, value, sum21);
                    value = Vector512.Load(x + (3 * columns) + column);
                    sum30 = Avx512F.FusedMultiplyAdd(first, value, sum30);
                    sum31 = Avx512F.FusedMultiplyAdd(second, value, sum31);
                }

                product.Put(row, output, sum00);
                product.Put(row, output + 1, sum01);
                product.Put(row + 1, output, sum10);
                product.Put(row + 1, output + 1, sum11);
                product.Put(row + 2, output, sum20);
                product.Put(row + 2, output + 1, sum21);
                product.Put(row + 3, output, sum30);
                product.Put(row + 3, output + 1, sum31);
            }
        }
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
            Sse.Prefetch0(start + Ahead + line);
        }
    }

    /// <summary>Holds what a product reads and writes, row by row.</summary>
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

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Put(long row, long output, Vector512<float> sum) =>
            result[(row * outputs) + output] = Vector512.Sum(sum) * (scales == null ? 1 : scales[output]);
    }
}
