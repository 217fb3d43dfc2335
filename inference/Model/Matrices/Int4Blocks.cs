using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>
/// Lays whole numbers from 0 to 15 out for a product that reads them in one stream: by 32 outputs, and of these by
/// groups of 32 columns. A group begins with the outputs' scales and what 8 stands for, in bfloat16; then each output
/// has 4 bytes for 8 columns, and so on: their lower halves for the first four, their upper halves for the others.
/// </summary>
internal static unsafe class Int4Blocks
{
    public const int Outputs = 32;
    public const int Columns = 32;

    /// <summary>Columns that an output has one after the other.</summary>
    public const int Run = 8;

    /// <summary>Columns that are multiplied together: an output's bytes of a run.</summary>
    public const int Quad = Run / 2;

    /// <summary>Bytes of the scales, and of what 8 stands for.</summary>
    public const int Factors = Outputs * sizeof(ushort);

    /// <summary>Bytes of a run of all outputs.</summary>
    public const int BytesOfRun = Outputs * Run / 2;

    /// <summary>Bytes of a group.</summary>
    public const int Group = (2 * Factors) + (Columns / Run * BytesOfRun);

    /// <summary>Lays numbers out.</summary>
    /// <param name="steps">[outputs, columns] in int32.</param>
    /// <param name="scales">[columns ÷ 32, outputs, 2] in float32: scale and middle, which bfloat16 holds.</param>
    public static Tensor Pack(Tensor steps, Tensor scales)
    {
        var (outputs, columns) = (steps.Size(0), steps.Size(1));
        var (blocks, groups) = (outputs / Outputs, columns / Columns);
        var packed = Tensor.Empty([blocks * groups * Group], ScalarType.UInt8, Device.Cpu);
        var (from, by, to) = (steps.Address, scales.Address, packed.Address);
        _ = Parallel.For(
            0,
            blocks,
            block =>
            {
                for (long group = 0; group < groups; group++)
                {
                    PackGroup(
                        (int*)from + (block * Outputs * columns) + (group * Columns),
                        columns,
                        (float*)by + (((group * outputs) + (block * Outputs)) * 2),
                        (byte*)to + (((block * groups) + group) * Group)
                    );
                }
            }
        );
        return packed;
    }

    private static void PackGroup(int* steps, long columns, float* scales, byte* to)
    {
        var factors = (ushort*)to;
        var runs = (uint*)(to + (2 * Factors));
        for (var output = 0; output < Outputs; output++, steps += columns)
        {
            factors[output] = Upper(scales[2 * output]);
            factors[Outputs + output] = Upper(scales[(2 * output) + 1]);
            for (var column = 0; column < Columns; column += Run)
            {
                var bits = 0u;
                for (var i = 0; i < Run; i++)
                {
                    bits |= (uint)steps[column + i] << Place(i);
                }

                runs[(column / Run * Outputs) + output] = bits;
            }
        }
    }

    /// <summary>Returns at which bit of its 32 a column of a run begins.</summary>
    public static int Place(int column) => (column / Quad * 4) + (column % Quad * 8);

    private static ushort Upper(float value) => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
}
