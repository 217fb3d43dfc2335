using System.Globalization;
using GemmaInference.Native;

namespace GemmaInference.Torch;

/// <summary>Reads the free memory where tensors live, in bytes.</summary>
internal static class DeviceMemory
{
    public static long Free(Device device) =>
        device == Device.Cuda ? FreeOnGpu() : FreeInContainer("/proc/meminfo", "/sys/fs/cgroup");

    /// <summary>
    /// Returns the smaller of what the machine has available and what the cgroup still allows. Pages of files, such as
    /// those of the checkpoint that was read, are counted as used there, but given back when memory is asked for.
    /// </summary>
    /// <param name="meminfo">Usually <c>/proc/meminfo</c>.</param>
    /// <param name="cgroup">The container's own cgroup v2 directory.</param>
    public static long FreeInContainer(string meminfo, string cgroup)
    {
        var line = File.ReadLines(meminfo).First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        var available =
            long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        return Number(cgroup, "memory.max") is { } limit && Number(cgroup, "memory.current") is { } used
            ? Math.Min(available, Math.Max(0, limit - used + Pages(Path.Combine(cgroup, "memory.stat"))))
            : available;
    }

    private static long Pages(string stat) =>
        File.Exists(stat)
            ? File.ReadLines(stat)
                .Select(line => line.Split(' '))
                .Where(words => words is ["inactive_file" or "active_file", _])
                .Sum(words => long.Parse(words[1], CultureInfo.InvariantCulture))
            : 0;

    private static long? Number(string cgroup, string file)
    {
        var path = Path.Combine(cgroup, file);
        return File.Exists(path) && long.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
    }

    private static long FreeOnGpu()
    {
        // Makes libtorch's context current on this thread, if nothing has yet.
        using var context = Tensor.Zeros([1], ScalarType.Float32, Device.Cuda);
        return GpuDriver.FreeMemory();
    }
}
