using System.Runtime.InteropServices;
using GemmaInference.Native;

namespace GemmaInference.Torch.Pages;

/// <summary>Opens memory that comes by pages, or says why there is none.</summary>
internal static class PageSupport
{
    /// <summary>Opens pages of a device; returns null where there are none, and why.</summary>
    /// <param name="size">Returns a page's size, of the least that is possible.</param>
    public static IPageMemory? Open(Device device, Func<long, long> size, out string? trouble)
    {
        if (device == Device.Cpu)
        {
            return OfHost(size, out trouble);
        }

        if (!NativeLibrary.TryLoad(GpuDriver.Library, out var driver))
        {
            trouble = $"{GpuDriver.Library} can't be opened";
            return null;
        }

        // Makes libtorch's context current on this thread, if nothing has yet.
        using var context = Tensor.Zeros([1], ScalarType.Float32, Device.Cuda);
        return OfGpu(driver, Device.Cuda, out trouble);
    }

    /// <summary>Opens pages by the functions of a driver.</summary>
    /// <param name="device">Where tensors of them are.</param>
    internal static IPageMemory? OfGpu(nint driver, Device device, out string? trouble)
    {
        if (GpuPageFunctions.Find(driver, out trouble) is not { } functions)
        {
            return null;
        }

        GpuPages? memory = null;
        try
        {
            memory = new GpuPages(functions);
            trouble = Trouble(memory, device);
        }
        catch (InferenceException cause)
        {
            trouble = cause.Message;
        }

        if (trouble is null)
        {
            return memory;
        }

        memory?.Dispose();
        return null;
    }

    /// <summary>Opens pages of the host, once they do what they are for; returns null where they don't.</summary>
    /// <param name="size">Returns a page's size, of the least that is possible.</param>
    public static IPageMemory? OfHost(Func<long, long> size) => OfHost(size, out _);

    /// <param name="trouble">Gets why there are none.</param>
    public static IPageMemory? OfHost(Func<long, long> size, out string? trouble)
    {
        if (!OperatingSystem.IsLinux())
        {
            trouble = "only Linux has them";
            return null;
        }

        var memory = new HostPages(size(Environment.SystemPageSize));
        trouble = Trouble(memory, Device.Cpu);
        if (trouble is null)
        {
            return memory;
        }

        memory.Dispose();
        return null;
    }

    /// <summary>Tries all that is done with pages once.</summary>
    internal static string? Trouble(IPageMemory memory, Device device)
    {
        const int Numbers = 16;
        try
        {
            memory.Provide(1);
            var start = memory.Reserve(2 * memory.PageSize);
            memory.Show(start, 1);
            memory.Settle();
            memory.Release(start, 1);
            memory.Back(start, 1);
            using (TensorScope.Open())
            {
                var tensor = Tensor.Over(start, [Numbers], ScalarType.Float32, device);
                var numbers = Enumerable.Range(0, Numbers).Select(number => (float)number).ToArray();
                tensor.CopyFrom(Tensor.Of(numbers, device));
                if (!tensor.ToArray<float>().SequenceEqual(numbers))
                {
                    return "what is written there reads as something else";
                }
            }

            memory.Settle();
            memory.Release(start, 1);
            return null;
        }
        catch (Exception cause) when (cause is InferenceException or TorchException)
        {
            return cause.Message;
        }
    }
}
