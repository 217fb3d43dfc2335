using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace GemmaInference.Native;

/// <summary>Free memory where tensors live, in bytes.</summary>
internal static unsafe class DeviceMemory
{
    public static long Free(DeviceType device) => device == DeviceType.CUDA ? FreeOnGpu() : FreeInContainer("/proc/meminfo", "/sys/fs/cgroup");

    /// <summary>The smaller of what the machine has available and what the cgroup still allows.</summary>
    /// <param name="meminfo">Usually <c>/proc/meminfo</c>.</param>
    /// <param name="cgroup">The container's own cgroup v2 directory.</param>
    public static long FreeInContainer(string meminfo, string cgroup)
    {
        var line = File.ReadLines(meminfo).First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        var available = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        return Number(cgroup, "memory.max") is { } limit && Number(cgroup, "memory.current") is { } used
            ? Math.Min(available, Math.Max(0, limit - used))
            : available;
    }

    private static long? Number(string cgroup, string file)
    {
        var path = Path.Combine(cgroup, file);
        return File.Exists(path) && long.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>The driver's <c>cuMemGetInfo</c>: libtorch has made its context current on this thread by now.</summary>
    private static long FreeOnGpu()
    {
        using var context = torch.zeros([1], device: torch.CUDA);
        var driver = NativeLibrary.Load("libcuda.so.1");
        var query = (delegate* unmanaged<nuint*, nuint*, int>)NativeLibrary.GetExport(driver, "cuMemGetInfo_v2");
        nuint free, total;
        var code = query(&free, &total);
        return code == 0 ? (long)free : throw new InferenceException("cuMemGetInfo", $"the CUDA driver answered error {code}");
    }
}
