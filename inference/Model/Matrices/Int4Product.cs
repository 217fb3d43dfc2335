using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>
/// Multiplies rows in bfloat16 with what <see cref="Int4Blocks"/> lays out, a group's columns in whole numbers of 8
/// bits. Each lane has an output. Weights are one stream, which the processor foresees by itself.
/// </summary>
internal static unsafe class Int4Product
{
    /// <summary>Outputs of a register.</summary>
    private const int Lanes = 16;

    /// <summary>Bounds the weights, times eight rows, that a thread takes at once: some tens of microseconds.</summary>
    private const long WeightsOfStretch = 1 << 18;

    /// <summary>Rows that a thread multiplies with a block while the block is in its second cache.</summary>
    private const long RowsOfPart = 64;

    /// <summary>Multiplies [rows, columns].</summary>
    /// <param name="packed">Of [outputs, columns].</param>
    public static Tensor Apply(Tensor x, Tensor packed, long outputs)
    {
        using var scope = TensorScope.Open();
        var (rows, columns) = (x.Size(0), x.Size(1));
        var held = ByteRows.Of(x, EightRows.Filled(rows));
        var result = Tensor.Empty([held.Count, outputs], ScalarType.Float32, Device.Cpu);
        var product = new Product(held, packed, result);
        // A narrow matrix has few blocks: rows of a long prompt are shared out, too.
        var rowsAtOnce = Math.Max(1, Math.Min(held.Count, RowsOfPart) / EightRows.Count);
        var stretch = Math.Max(1, WeightsOfStretch / (columns * Int4Blocks.Outputs * rowsAtOnce));
        ComputeThreads.Run(&Parts, &product, outputs / Int4Blocks.Outputs * product.PartsOfBlock, stretch);
        return scope.Keep(result.Narrow(0, 0, rows).To(x.Type));
    }

    private static void Parts(void* state, long start, long end)
    {
        ref readonly var product = ref *(Product*)state;
        for (var part = start; part < end; part++)
        {
            var (block, first) = (part / product.PartsOfBlock, part % product.PartsOfBlock * RowsOfPart);
            var last = Math.Min(product.Rows.Count, first + RowsOfPart);
            for (var row = first; row < last; )
            {
                var left = last - row;
                if (left >= EightRows.Count)
                {
                    Block<EightRows>(product, row, block);
                    row += EightRows.Count;
                }
                else if (left >= FourRows.Count)
                {
                    Block<FourRows>(product, row, block);
                    row += FourRows.Count;
                }
                else
                {
                    Block<OneRow>(product, row, block);
                    row += OneRow.Count;
                }
            }
        }
    }

    /// <summary>Computes 32 outputs of one, four or eight rows.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<TRows>(in Product product, long row, long block)
        where TRows : struct, IRowCount
    {
        var (columns, groups) = (product.Rows.Columns, product.Rows.Blocks);
        var weights = product.Weight + (block * groups * Int4Blocks.Group);
        var x = product.Rows.Numbers + (row * columns);
        var all = stackalloc Vector512<float>[2 * TRows.Count];
        for (var i = 0; i < 2 * TRows.Count; i++)
        {
            all[i] = default;
        }

        for (long group = 0; group < groups; group++, weights += Int4Blocks.Group)
        {
            Vector512<short> sum00 = default,
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
            for (var run = 0; run < Int4Blocks.Columns; run += Int4Blocks.Run)
            {
                var at = weights + (2 * Int4Blocks.Factors) + (run / Int4Blocks.Run * Int4Blocks.BytesOfRun);
                var (first, second) = (Vector512.Load(at), Vector512.Load(at + Vector512<byte>.Count));
                var value = x + (group * Int4Blocks.Columns) + run;
                for (var quad = 0; quad < Int4Blocks.Run; quad += Int4Blocks.Quad, value += Int4Blocks.Quad)
                {
                    var (low, high) = (first & Vector512.Create((byte)15), second & Vector512.Create((byte)15));
                    first = Avx512BW.ShiftRightLogical(first.AsUInt16(), 4).AsByte();
                    second = Avx512BW.ShiftRightLogical(second.AsUInt16(), 4).AsByte();
                    var four = Four(value, 0);
                    sum00 = Add(sum00, low, four);
                    sum01 = Add(sum01, high, four);
                    if (TRows.Count > OneRow.Count)
                    {
                        four = Four(value, 1 * columns);
                        sum10 = Add(sum10, low, four);
                        sum11 = Add(sum11, high, four);
                        four = Four(value, 2 * columns);
                        sum20 = Add(sum20, low, four);
                        sum21 = Add(sum21, high, four);
                        four = Four(value, 3 * columns);
                        sum30 = Add(sum30, low, four);
                        sum31 = Add(sum31, high, four);
                    }

                    if (TRows.Count > FourRows.Count)
                    {
                        four = Four(value, 4 * columns);
                        sum40 = Add(sum40, low, four);
                        sum41 = Add(sum41, high, four);
                        four = Four(value, 5 * columns);
                        sum50 = Add(sum50, low, four);
                        sum51 = Add(sum51, high, four);
                        four = Four(value, 6 * columns);
                        sum60 = Add(sum60, low, four);
                        sum61 = Add(sum61, high, four);
                        four = Four(value, 7 * columns);
                        sum70 = Add(sum70, low, four);
                        sum71 = Add(sum71, high, four);
                    }
                }
            }

            var factors = new Factors(weights);
            var steps = product.Rows.Steps + (row * groups) + group;
            var sums = product.Rows.Sums + (row * groups) + group;
            factors.Add(all + 0, sum00, sum01, steps[0], sums[0]);
            if (TRows.Count > OneRow.Count)
            {
                factors.Add(all + 2, sum10, sum11, steps[1 * groups], sums[1 * groups]);
                factors.Add(all + 4, sum20, sum21, steps[2 * groups], sums[2 * groups]);
                factors.Add(all + 6, sum30, sum31, steps[3 * groups], sums[3 * groups]);
            }

            if (TRows.Count > FourRows.Count)
            {
                factors.Add(all + 8, sum40, sum41, steps[4 * groups], sums[4 * groups]);
                factors.Add(all + 10, sum50, sum51, steps[5 * groups], sums[5 * groups]);
                factors.Add(all + 12, sum60, sum61, steps[6 * groups], sums[6 * groups]);
                factors.Add(all + 14, sum70, sum71, steps[7 * groups], sums[7 * groups]);
            }
        }

        for (var i = 0; i < TRows.Count; i++)
        {
            var at = product.Result + ((row + i) * product.Outputs) + (block * Int4Blocks.Outputs);
            all[2 * i].Store(at);
            all[(2 * i) + 1].Store(at + Lanes);
        }
    }

    /// <summary>Reads four columns of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<sbyte> Four(sbyte* value, long row) => Vector512.Create(*(int*)(value + row)).AsSByte();

    /// <summary>
    /// Adds two products to each half of an output: eight times in a group, at most 8 × 2 × 15 × 127, which 16 bits
    /// hold.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Add(Vector512<short> sum, Vector512<byte> weights, Vector512<sbyte> values) =>
        Avx512BW.Add(sum, Avx512BW.MultiplyAddAdjacent(weights, values));

    /// <summary>
    /// Holds the scales of a group's outputs, and what 0 stands for: what 8 does, but for eight times the scale.
    /// </summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Factors
    {
        private readonly Vector512<float> _scale0;
        private readonly Vector512<float> _scale1;
        private readonly Vector512<float> _least0;
        private readonly Vector512<float> _least1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Factors(byte* group)
        {
            var at = (ushort*)group;
            var minusEight = Vector512.Create(-8f);
            (_scale0, _scale1) = (BFloat16Lanes.Widen(at), BFloat16Lanes.Widen(at + Lanes));
            at += Int4Blocks.Outputs;
            _least0 = Avx512F.FusedMultiplyAdd(_scale0, minusEight, BFloat16Lanes.Widen(at));
            _least1 = Avx512F.FusedMultiplyAdd(_scale1, minusEight, BFloat16Lanes.Widen(at + Lanes));
        }

        /// <summary>Adds what a row has in this group.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<float>* all, Vector512<short> first, Vector512<short> second, float step, int sum)
        {
            var by = Vector512.Create(step);
            var least = Vector512.Create(step * sum);
            all[0] = Sum(all[0], first, _scale0 * by, _least0, least);
            all[1] = Sum(all[1], second, _scale1 * by, _least1, least);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> Sum(
            Vector512<float> all,
            Vector512<short> sums,
            Vector512<float> scale,
            Vector512<float> least,
            Vector512<float> value
        )
        {
            var sum = Avx512BW.MultiplyAddAdjacent(sums, Vector512<short>.One);
            return Avx512F.FusedMultiplyAdd(
                least,
                value,
                Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(sum), scale, all)
            );
        }
    }

    /// <summary>Holds what a product reads and writes.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Product(ByteRows rows, Tensor packed, Tensor result)
    {
        public readonly ByteRows Rows = rows;
        public readonly byte* Weight = (byte*)packed.Address;
        public readonly float* Result = (float*)result.Address;
        public readonly long Outputs = result.Size(1);
        public readonly long PartsOfBlock = (rows.Count + RowsOfPart - 1) / RowsOfPart;
    }
}
