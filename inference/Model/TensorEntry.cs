namespace GemmaInference.Model;

/// <summary>Says where one tensor's bytes lie in a file, counted from the end of the header.</summary>
internal sealed record TensorEntry(string Name, string DataType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Gets the bytes per element.</summary>
    public int ElementSize => DataType == "F32" ? 4 : 2;
}
