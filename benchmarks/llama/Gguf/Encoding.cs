using System.Buffers.Binary;

namespace Benchmarks.Llama.Gguf;

/// <summary>Encodes rows of numbers as ggml's reference quantisation does (<c>ggml-quants.c</c>).</summary>
internal static class Encoding
{
    private const int Block = 32;

    /// <summary>Gets the bytes of a row of so many numbers.</summary>
    public static int Size(TensorForm form, int columns) =>
        form switch
        {
            TensorForm.Float32 => columns * 4,
            TensorForm.BFloat16 => columns * 2,
            TensorForm.Q8 => columns / Block * (2 + Block),
            TensorForm.Q4 => columns / Block * (2 + (Block / 2)),
        };

    /// <param name="row">A multiple of 32 numbers where the form has blocks.</param>
    public static void Write(TensorForm form, ReadOnlySpan<float> row, Span<byte> target)
    {
        switch (form)
        {
            case TensorForm.Float32:
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(row).CopyTo(target);
                break;
            case TensorForm.BFloat16:
                for (var i = 0; i < row.Length; i++)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * i)..], Upper(row[i]));
                }

                break;
            case TensorForm.Q8:
                for (var at = 0; at < row.Length; at += Block)
                {
                    WriteQ8(row.Slice(at, Block), target.Slice(at / Block * (2 + Block), 2 + Block));
                }

                break;
            case TensorForm.Q4:
                for (var at = 0; at < row.Length; at += Block)
                {
                    WriteQ4(row.Slice(at, Block), target.Slice(at / Block * (2 + (Block / 2)), 2 + (Block / 2)));
                }

                break;
        }
    }

    private static void WriteQ8(ReadOnlySpan<float> numbers, Span<byte> target)
    {
        var scale = Math.Abs(Farthest(numbers)) / 127;
        var inverse = scale == 0 ? 0 : 1 / scale;
        BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
        for (var i = 0; i < Block; i++)
        {
            target[2 + i] = (byte)(sbyte)MathF.Round(numbers[i] * inverse);
        }
    }

    private static void WriteQ4(ReadOnlySpan<float> numbers, Span<byte> target)
    {
        var scale = Farthest(numbers) / -8;
        var inverse = scale == 0 ? 0 : 1 / scale;
        BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
        for (var i = 0; i < Block / 2; i++)
        {
            target[2 + i] = (byte)(Step(numbers[i]) | (Step(numbers[i + (Block / 2)]) << 4));
        }

        int Step(float number) => Math.Min(15, (int)((number * inverse) + 8.5f));
    }

    private static float Farthest(ReadOnlySpan<float> numbers)
    {
        var farthest = 0f;
        foreach (var number in numbers)
        {
            farthest = Math.Abs(number) > Math.Abs(farthest) ? number : farthest;
        }

        return farthest;
    }

    private static ushort Upper(float number)
    {
        var bits = BitConverter.SingleToUInt32Bits(number);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
