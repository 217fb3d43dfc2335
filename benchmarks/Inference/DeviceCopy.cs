using System.Diagnostics;
using GemmaInference.Torch;

namespace Benchmarks.Inference;

/// <summary>Measures what a device's memory moves.</summary>
internal static class DeviceCopy
{
    /// <summary>Returns how many GB a second a copy on the device reads and writes.</summary>
    public static double Speed(Device device, long bytes)
    {
        const int Rounds = 20;
        using var scope = TensorScope.Open();
        var from = Tensor.Zeros([bytes], ScalarType.UInt8, device);
        var to = Tensor.Zeros([bytes], ScalarType.UInt8, device);
        Round();
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            to.CopyFrom(from);
        }

        Wait();
        return 2.0 * bytes * Rounds / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;

        void Round()
        {
            to.CopyFrom(from);
            Wait();
        }

        void Wait() => to.Narrow(0, 0, 1).ToArray<byte>();
    }
}
