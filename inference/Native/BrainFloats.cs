namespace GemmaInference.Native;

/// <summary>Asks the processor whether it multiplies bfloat16 by itself; others do it slower than float32.</summary>
internal static class BrainFloats
{
    public static bool AreFast() => File.Exists("/proc/cpuinfo") && AreFast(File.ReadLines("/proc/cpuinfo"));

    /// <param name="cpuinfo">Lines as Linux has them: "flags" on x86, "Features" on Arm, of each processor.</param>
    public static bool AreFast(IEnumerable<string> cpuinfo)
    {
        var line = cpuinfo.FirstOrDefault(line =>
            line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("Features", StringComparison.Ordinal)
        );
        return line is not null && line.Split(' ', '\t').Any(word => word is "avx512_bf16" or "amx_bf16" or "bf16");
    }
}
