using System.Globalization;
using System.Runtime.InteropServices;

namespace GemmaInference.Native;

/// <summary>
/// Asks the CUDA driver itself, <c>libcuda.so.1</c>, which the container runtime brings in from the node.
/// </summary>
internal static unsafe class GpuDriver
{
    public const string Library = "libcuda.so.1";

    /// <summary>
    /// Returns the bytes free on the current device. libtorch has made its context current on this thread by now.
    /// </summary>
    /// <exception cref="InferenceException">The driver doesn't answer.</exception>
    public static long FreeMemory()
    {
        var query = (delegate* unmanaged<nuint*, nuint*, int>)
            NativeLibrary.GetExport(NativeLibrary.Load(Library), "cuMemGetInfo_v2");
        nuint free,
            total;
        var code = query(&free, &total);
        return code == 0
            ? (long)free
            : throw new InferenceException("cuMemGetInfo", $"the CUDA driver answered error {code}");
    }

    /// <summary>Returns how many GPUs the driver offers; 0 where there is none.</summary>
    public static int Count()
    {
        if (
            !NativeLibrary.TryLoad(Library, out var driver)
            || ((delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit"))(0) != 0
        )
        {
            return 0;
        }

        int count;
        var query = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(driver, "cuDeviceGetCount");
        return query(&count) == 0 ? count : 0;
    }

    /// <summary>Returns why no GPU can be used, as far as the driver says.</summary>
    public static string Trouble()
    {
        if (!NativeLibrary.TryLoad(Library, out var driver))
        {
            return $"there is no NVIDIA driver here ({Library})";
        }

        var init = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
        if (init(0) is not 0 and var code)
        {
            return $"the NVIDIA driver answers error {code}{Text(driver, code)}";
        }

        int count = 0,
            version = 0;
        ((delegate* unmanaged<int*, int>)NativeLibrary.GetExport(driver, "cuDeviceGetCount"))(&count);
        ((delegate* unmanaged<int*, int>)NativeLibrary.GetExport(driver, "cuDriverGetVersion"))(&version);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"PyTorch can't use the {count} GPUs of an NVIDIA driver for CUDA {version / 1000}.{version % 1000 / 10}"
        );
    }

    private static string Text(nint driver, int code)
    {
        nint text;
        var describe = (delegate* unmanaged<int, nint*, int>)NativeLibrary.GetExport(driver, "cuGetErrorString");
        return describe(code, &text) == 0 ? $": {Marshal.PtrToStringUTF8(text)}" : "";
    }
}
