using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Reads what <see cref="Int4Blocks"/> lays out as bfloat16.</summary>
internal static unsafe class Int4Widening
{
    /// <summary>Outputs of a register.</summary>
    private const int Lanes = 16;

    /// <summary>Bounds the weights that a thread takes at once: some tens of microseconds.</summary>
    private const long WeightsOfStretch = 1 << 18;

    /// <summary>Gets some blocks of outputs, [columns, outputs].</summary>
    /// <param name="packed">Of [outputs, columns].</param>
    public static Tensor Widen(Tensor packed, long firstBlock, long blocks, long columns)
    {
        var wide = Tensor.Empty([columns, blocks * Int4Blocks.Outputs], ScalarType.BFloat16, Device.Cpu);
        var groups = columns / Int4Blocks.Columns;
        var work = new Work(packed, firstBlock * groups * Int4Blocks.Group, groups, wide);
        var stretch = Math.Max(1, WeightsOfStretch / (columns * Int4Blocks.Outputs));
        ComputeThreads.Run(&Blocks, &work, blocks, stretch);
        return wide;
    }

    private static void Blocks(void* state, long start, long end)
    {
        ref readonly var work = ref *(Work*)state;
        for (var block = start; block < end; block++)
        {
            var from = work.From + (block * work.Groups * Int4Blocks.Group);
            var to = work.To + (block * Int4Blocks.Outputs);
            for (long group = 0; group < work.Groups; group++)
            {
                Half(from, 0, to, work.Outputs);
                Half(from, Lanes, to + Lanes, work.Outputs);
                from += Int4Blocks.Group;
                to += work.Outputs * Int4Blocks.Columns;
            }
        }
    }

    /// <summary>Reads 16 outputs of a group.</summary>
    private static void Half(byte* from, int first, ushort* to, long stride)
    {
        var factors = (ushort*)from + first;
        var (scale, middle) = (BFloat16Lanes.Widen(factors), BFloat16Lanes.Widen(factors + Int4Blocks.Outputs));
        var runs = from + (2 * Int4Blocks.Factors) + (first * sizeof(uint));
        for (var run = 0; run < Int4Blocks.Columns; run += Int4Blocks.Run, runs += Int4Blocks.BytesOfRun)
        {
            var bits = Vector512.Load((uint*)runs);
            for (var column = 0; column < Int4Blocks.Run; column++, to += stride)
            {
                var step =
                    ((bits >>> Int4Blocks.Place(column)) & Vector512.Create(15u)).AsInt32() - Vector512.Create(8);
                var value = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(step), scale, middle);
                Avx512F.ConvertToVector256UInt16(Rounded(value.AsUInt32())).Store(to);
            }
        }
    }

    /// <summary>Rounds to the nearest bfloat16, of two as near to the even one.</summary>
    private static Vector512<uint> Rounded(Vector512<uint> bits) =>
        (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;

    /// <summary>Holds what is read and written.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Work(Tensor packed, long start, long groups, Tensor wide)
    {
        public readonly byte* From = (byte*)packed.Address + start;
        public readonly long Groups = groups;
        public readonly ushort* To = (ushort*)wide.Address;
        public readonly long Outputs = wide.Size(1);
    }
}
