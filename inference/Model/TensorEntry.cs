namespace GemmaInference.Model;

/// <summary>Describes a tensor of a safetensors file: where its bytes lie, and what they are.</summary>
internal sealed record TensorEntry(string Name, string DataType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Gets whether weights are read from such a type.</summary>
    public bool IsFloating => DataType is "F32" or "F16" or "BF16";

    /// <summary>Gets the bytes per element; null for types that aren't known, or don't fill bytes.</summary>
    public int? ElementSize =>
        DataType switch
        {
            "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 1,
            "F16" or "BF16" or "I16" or "U16" => 2,
            "F32" or "I32" or "U32" => 4,
            "F64" or "I64" or "U64" or "C64" => 8,
            _ => null,
        };
}
