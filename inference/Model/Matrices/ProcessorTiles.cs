using System.Runtime.Intrinsics.X86;

namespace GemmaInference.Model.Matrices;

/// <summary>Asks the processor whether it multiplies tiles of bfloat16 (AMX), which libtorch makes use of.</summary>
internal static class ProcessorTiles
{
    private const int Features = 7;
    private const int BFloat16Bit = 22;

    public static bool AreThere { get; } =
        X86Base.IsSupported
        && X86Base.CpuId(0, 0).Eax >= Features
        && (X86Base.CpuId(Features, 0).Edx & (1 << BFloat16Bit)) != 0;
}
