namespace GemmaInference.Torch;

/// <summary>Knows what numbers take.</summary>
internal static class ScalarTypes
{
    /// <summary>Returns the bytes of one number.</summary>
    public static int Size(this ScalarType type) =>
        type switch
        {
            ScalarType.Float32 or ScalarType.Int32 => 4,
            ScalarType.Float16 or ScalarType.BFloat16 => 2,
            ScalarType.Int64 => 8,
            ScalarType.Int8 or ScalarType.UInt8 or ScalarType.Bool => 1,
        };
}
