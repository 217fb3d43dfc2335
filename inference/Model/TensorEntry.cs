namespace GemmaInference.Model;

/// <summary>One tensor in a file: where its bytes lie, counted from the end of the header.</summary>
internal sealed record TensorEntry(string Name, string DataType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Bytes per element.</summary>
    public int ElementSize => DataType == "F32" ? 4 : 2;
}
