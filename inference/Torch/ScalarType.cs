namespace GemmaInference.Torch;

/// <summary>Says what numbers a tensor holds.</summary>
internal enum ScalarType
{
    Float32,
    Float16,
    BFloat16,
    Int64,
    Int32,
    Int8,
    UInt8,
    Bool,
}
