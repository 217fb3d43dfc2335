using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>
/// Multiplies few rows in bfloat16 with a matrix of whole numbers from −127 to 127, in whole numbers: AVX-512 takes
/// twice as many of these at once as of float32. Each weight is read once for all rows.
/// </summary>
internal static unsafe class Int8Product
{
    /// <summary>Columns whose products are summed up exactly, some 2²⁸ at most, before they are rounded.</summary>
    private const int Block = 1024;

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
    public static bool Fits(Tensor x, long outputs) => outputs % OutputsOfOne == 0 && IntegerRows.Fits(x);

    /// <summary>Multiplies [rows, columns] with a matrix of [outputs, columns].</summary>
    /// <param name="scales">In float32, what each output is multiplied with.</param>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor scales)
    {
        using var scope = TensorScope.Open();
        var (rows, outputs, columns) = (x.Size(0), weight.Size(0), weight.Size(1));
        if (x.Size(1) != columns)
        {
            throw new ArgumentException($"rows of {x.Size(1)} numbers, a matrix of {columns} columns", nameof(x));
        }

        var held = IntegerRows.Of(x, EightRows.Filled(rows), Block);
        var result = Tensor.Empty([held.Count, outputs], ScalarType.Float32, Device.Cpu);
        var product = new Product(held, weight, scales, result);
        var stretch = Math.Max(OutputsOfOne, WeightsOfStretch / columns / OutputsOfOne * OutputsOfOne);
        ComputeThreads.Run(rows == 1 ? &One : &Many, &product, outputs, stretch);
        return scope.Keep(result.Narrow(0, 0, rows).To(x.Type));
    }

    /// <summary>Reads output by output: the row stays in the first cache, weights come in one stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(void* state, long start, long end)
    {
        ref readonly var product = ref *(Product*)state;
        var columns = product.Columns;
        for (var output = start; output < end; output += OutputsOfOne)
        {
            var weight = product.Weight + (output * columns);
            var sums = LaneSums.OfFour(
                Sum(product, weight),
                Sum(product, weight + columns),
                Sum(product, weight + (2 * columns)),
                Sum(product, weight + (3 * columns))
            );
            sums = LaneSums.OfSixteen(sums, sums, sums, sums);
            for (var i = 0; i < OutputsOfOne; i++)
            {
                product.Result[output + i] = sums[i * 4] * product.Scales[output + i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum(in Product product, byte* weight)
    {
        var x = product.Rows.Numbers;
        var columns = product.Columns;
        var all = Vector512<float>.Zero;
        for (long block = 0, column = 0; column < columns; block++)
        {
            var last = Math.Min(columns, column + Block);
            var sum = Vector512<int>.Zero;
            for (; column <= last - Line; column += Line)
            {
                Fetch(weight + column, 2);
                sum = Add(sum, Weights(weight + column), Vector512.Load(x + column));
                var next = column + IntegerRows.Lanes;
                sum = Add(sum, Weights(weight + next), Vector512.Load(x + next));
            }

            for (; column < last; column += IntegerRows.Lanes)
            {
                sum = Add(sum, Weights(weight + column), Vector512.Load(x + column));
            }

            all = Add(all, sum, Vector512.Create(product.Rows.Steps[block]));
        }

        return all;
    }

    private static void Many(void* state, long start, long end)
    {
        ref readonly var product = ref *(Product*)state;
        for (var output = start; output < end; output += OutputsOfMany)
        {
            // The weights of these outputs stay in the first cache from row to row.
            for (long row = 0; row < product.Rows.Count; )
            {
                if (product.Rows.Count - row >= EightRows.Count)
                {
                    Some<EightRows>(product, row, output);
                    row += EightRows.Count;
                }
                else
                {
                    Some<FourRows>(product, row, output);
                    row += FourRows.Count;
                }
            }
        }
    }

    /// <summary>Computes two outputs of four or eight rows.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Some<TRows>(in Product product, long row, long output)
        where TRows : struct, IRowCount
    {
        var columns = product.Columns;
        var blocks = product.Rows.Blocks;
        var weight = product.Weight + (output * columns);
        var x = product.Rows.Numbers + (row * columns);
        var steps = product.Rows.Steps + (row * blocks);
        var all = stackalloc Vector512<float>[OutputsOfMany * TRows.Count];
        for (long block = 0; block < blocks; block++)
        {
            var column = block * Block;
            var last = Math.Min(columns, column + Block);
            Vector512<int> sum00 = default,
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
            for (; column < last; column += IntegerRows.Lanes)
            {
                Fetch(weight + (column * OutputsOfMany), OutputsOfMany);
                var (first, second) = (Weights(weight + column), Weights(weight + columns + column));
                var value = Vector512.Load(x + (0 * columns) + column);
                sum00 = Add(sum00, first, value);
                sum01 = Add(sum01, second, value);
                value = Vector512.Load(x + (1 * columns) + column);
                sum10 = Add(sum10, first, value);
                sum11 = Add(sum11, second, value);
                value = Vector512.Load(x + (2 * columns) + column);
                sum20 = Add(sum20, first, value);
                sum21 = Add(sum21, second, value);
                value = Vector512.Load(x + (3 * columns) + column);
                sum30 = Add(sum30, first, value);
                sum31 = Add(sum31, second, value);
                if (TRows.Count > FourRows.Count)
                {
                    value = Vector512.Load(x + (4 * columns) + column);
                    sum40 = Add(sum40, first, value);
                    sum41 = Add(sum41, second, value);
                    value = Vector512.Load(x + (5 * columns) + column);
                    sum50 = Add(sum50, first, value);
                    sum51 = Add(sum51, second, value);
                    value = Vector512.Load(x + (6 * columns) + column);
                    sum60 = Add(sum60, first, value);
                    sum61 = Add(sum61, second, value);
                    value = Vector512.Load(x + (7 * columns) + column);
                    sum70 = Add(sum70, first, value);
                    sum71 = Add(sum71, second, value);
                }
            }

            var at = steps + block;
            Add(all + 0, sum00, sum01, at[0 * blocks], block);
            Add(all + 2, sum10, sum11, at[1 * blocks], block);
            Add(all + 4, sum20, sum21, at[2 * blocks], block);
            Add(all + 6, sum30, sum31, at[3 * blocks], block);
            if (TRows.Count > FourRows.Count)
            {
                Add(all + 8, sum40, sum41, at[4 * blocks], block);
                Add(all + 10, sum50, sum51, at[5 * blocks], block);
                Add(all + 12, sum60, sum61, at[6 * blocks], block);
                Add(all + 14, sum70, sum71, at[7 * blocks], block);
            }
        }

        product.Put<TRows>(row, output, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Weights(byte* start) =>
        Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)start));

    /// <summary>Adds 32 products, two to each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Add(Vector512<int> sum, Vector512<short> weights, Vector512<short> values) =>
        Avx512F.Add(sum, Avx512BW.MultiplyAddAdjacent(weights, values));

    /// <summary>Adds what a block gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<float> all, Vector512<int> sum, Vector512<float> step) =>
        Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(sum), step, all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<float>* all, Vector512<int> first, Vector512<int> second, float step, long block)
    {
        var by = Vector512.Create(step);
        (all[0], all[1]) =
            block == 0
                ? (Add(Vector512<float>.Zero, first, by), Add(Vector512<float>.Zero, second, by))
                : (Add(all[0], first, by), Add(all[1], second, by));
    }

    /// <summary>
    /// Asks for what is read next: the processor's own foresight ends where the stretches of several outputs do. What
    /// lies behind a matrix's end may be asked for, too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(byte* start, int outputs)
    {
        for (var line = 0; line < outputs * IntegerRows.Lanes; line += Line)
        {
            Sse.Prefetch1(start + Ahead + line);
        }
    }

    /// <summary>Holds what a product reads and writes, row by row.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Product(IntegerRows rows, Tensor weight, Tensor scales, Tensor result)
    {
        public readonly IntegerRows Rows = rows;
        public readonly byte* Weight = (byte*)weight.Address;
        public readonly float* Scales = (float*)scales.Address;
        public readonly float* Result = (float*)result.Address;
        public readonly long Columns = weight.Size(1);
        private readonly long _outputs = weight.Size(0);

        /// <summary>Writes two outputs of four or eight rows, of which each has two registers.</summary>
        public void Put<TRows>(long row, long output, Vector512<float>* all)
            where TRows : struct, IRowCount
        {
            var pair = Vector512.Create(*(double*)(Scales + output)).AsSingle();
            var first = LaneSums.OfFour(all[0], all[2], all[4], all[6]);
            var second = LaneSums.OfFour(all[1], all[3], all[5], all[7]);
            var (third, fourth) = (first, second);
            if (TRows.Count > FourRows.Count)
            {
                third = LaneSums.OfFour(all[8], all[10], all[12], all[14]);
                fourth = LaneSums.OfFour(all[9], all[11], all[13], all[15]);
            }

            // Each pair is of one row: the first and the fifth, the second and the sixth, …
            var pairs = (LaneSums.OfSixteen(first, second, third, fourth) * pair).AsDouble();
            var numbers = (double*)&pairs;
            var at = Result + (row * _outputs) + output;
            for (var i = 0; i < FourRows.Count; i++, at += _outputs)
            {
                *(double*)at = numbers[2 * i];
                if (TRows.Count > FourRows.Count)
                {
                    *(double*)(at + (FourRows.Count * _outputs)) = numbers[(2 * i) + 1];
                }
            }
        }
    }
}
