namespace Benchmarks.Llama.Gguf;

/// <summary>Names one tensor of a file, and fills its rows.</summary>
/// <param name="Rows">Null for a vector of <paramref name="Columns"/> numbers.</param>
/// <param name="Fill">Gives the numbers of a row.</param>
internal sealed record GgufTensor(string Name, TensorForm Form, int? Rows, int Columns, RowFiller Fill)
{
    public long Bytes => (long)(Rows ?? 1) * Encoding.Size(Form, Columns);
}

/// <summary>Gives the numbers of a row.</summary>
internal delegate void RowFiller(int row, Span<float> numbers);
