using System.Numerics;
using GemmaInference.Torch;

namespace GemmaInference.Model.Matrices;

/// <summary>Rounds weights on the host, several rows at once.</summary>
internal static unsafe class Rounding
{
    /// <param name="scales">Gets each output's step, rounded to the type that it will have.</param>
    public static void ToInt8(Tensor weight, Tensor steps, Tensor scales, ScalarType type)
    {
        var columns = (int)weight.Size(1);
        var (from, to, scale) = (Start(weight), Start(steps), Start(scales));
        _ = Parallel.For(
            0,
            weight.Size(0),
            row =>
            {
                var values = new ReadOnlySpan<float>((float*)from + (row * columns), columns);
                var step = Rounded(Largest(values) / 127f, type);
                ((float*)scale)[row] = step;
                Write(values, new Span<sbyte>((sbyte*)to + (row * columns), columns), step == 0 ? 0 : 1 / step);
            }
        );
    }

    /// <param name="scales">Gets scale and middle of each group, rounded to the type that they will have.</param>
    public static void ToInt4(Tensor weight, Tensor steps, Tensor scales, int group, ScalarType type)
    {
        var (rows, columns) = (weight.Size(0), (int)weight.Size(1));
        var (from, to, scale) = (Start(weight), Start(steps), Start(scales));
        _ = Parallel.For(
            0,
            rows,
            row =>
            {
                for (var at = 0; at < columns; at += group)
                {
                    var values = new ReadOnlySpan<float>((float*)from + (row * columns) + at, group);
                    var target = new Span<int>((int*)to + (row * columns) + at, group);
                    var (least, most) = Range(values);
                    var step = Rounded((most - least) / 15f, type);
                    var middle = Rounded(least + (8 * step), type);
                    var place = (float*)scale + (2 * ((at / group * rows) + row));
                    (place[0], place[1]) = (step, middle);
                    for (var i = 0; i < group; i++)
                    {
                        target[i] =
                            step == 0 ? 8 : (int)Math.Clamp(MathF.Round((values[i] - middle) / step) + 8, 0, 15);
                    }
                }
            }
        );
    }

    private static void Write(ReadOnlySpan<float> values, Span<sbyte> steps, float inverse)
    {
        for (var i = 0; i < values.Length; i++)
        {
            // A step is rounded to the model's type, so that the largest may lie a little beyond 127 of them.
            steps[i] = (sbyte)Math.Clamp(MathF.Round(values[i] * inverse), -127, 127);
        }
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        var most = Vector<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            most = Vector.Max(most, Vector.Abs(new Vector<float>(values[i..])));
        }

        var largest = 0f;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
        {
            largest = Math.Max(largest, most[lane]);
        }

        for (; i < values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(values[i]));
        }

        return largest;
    }

    private static (float Least, float Most) Range(ReadOnlySpan<float> values)
    {
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        return (least, most);
    }

    private static float Rounded(float value, ScalarType type) =>
        type switch
        {
            ScalarType.BFloat16 => BitConverter.UInt32BitsToSingle(
                (BitConverter.SingleToUInt32Bits(value) + 0x7FFF + ((BitConverter.SingleToUInt32Bits(value) >> 16) & 1))
                    & 0xFFFF0000
            ),
            ScalarType.Float16 => (float)(Half)value,
            _ => value,
        };

    private static nint Start(Tensor tensor) => tensor.Address;
}
