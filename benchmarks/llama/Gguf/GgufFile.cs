namespace Benchmarks.Llama.Gguf;

/// <summary>Writes files of the GGUF format, version 3 (<c>docs/gguf.md</c> of ggml).</summary>
internal static class GgufFile
{
    private const uint Magic = 0x46554747;
    private const uint Version = 3;
    private const int Alignment = 32;
    private const uint TypeOfUInt32 = 4;
    private const uint TypeOfFloat32 = 6;
    private const uint TypeOfString = 8;

    /// <param name="keys">Values are <see cref="uint"/>, <see cref="float"/> or <see cref="string"/>.</param>
    public static void Write(
        string path,
        IReadOnlyList<(string Key, object Value)> keys,
        IReadOnlyList<GgufTensor> tensors
    )
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)keys.Count);
        foreach (var (key, value) in keys)
        {
            Write(writer, key);
            Write(writer, value);
        }

        var offset = 0L;
        foreach (var tensor in tensors)
        {
            Write(writer, tensor.Name);
            ulong[] sizes = tensor.Rows is { } rows ? [(ulong)tensor.Columns, (ulong)rows] : [(ulong)tensor.Columns];
            writer.Write((uint)sizes.Length);
            foreach (var size in sizes)
            {
                writer.Write(size);
            }

            writer.Write((uint)tensor.Form);
            writer.Write((ulong)offset);
            offset = Aligned(offset + tensor.Bytes);
        }

        foreach (var tensor in tensors)
        {
            Pad(writer);
            WriteNumbers(writer, tensor);
        }

        Pad(writer);
    }

    private static void WriteNumbers(BinaryWriter writer, GgufTensor tensor)
    {
        var numbers = new float[tensor.Columns];
        var bytes = new byte[Encoding.Size(tensor.Form, tensor.Columns)];
        for (var row = 0; row < (tensor.Rows ?? 1); row++)
        {
            tensor.Fill(row, numbers);
            Encoding.Write(tensor.Form, numbers, bytes);
            writer.Write(bytes);
        }
    }

    private static void Write(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write(TypeOfUInt32);
                writer.Write(number);
                break;
            case float number:
                writer.Write(TypeOfFloat32);
                writer.Write(number);
                break;
            default:
                writer.Write(TypeOfString);
                Write(writer, (string)value);
                break;
        }
    }

    private static void Write(BinaryWriter writer, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static long Aligned(long place) => (place + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        var place = writer.BaseStream.Position;
        writer.Write(new byte[Aligned(place) - place]);
    }
}
