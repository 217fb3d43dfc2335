using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace GemmaInference.Native;

/// <summary>
/// Loads libtorch by absolute path, then TorchSharp's own native library. The loader matches the latter's needs to
/// the already loaded files by their SONAME, so neither <c>LD_LIBRARY_PATH</c> nor a copy of libtorch is needed.
/// </summary>
internal static class TorchRuntime
{
    private const string BridgeFile = "libLibTorchSharp.so";

    /// <summary>Versions no relocation of the bridge uses; an older libstdc++ may lack them without harm.</summary>
    private static readonly string[] Harmless = ["GLIBCXX_3.4.32"];

    private static readonly Lock Gate = new();
    private static nint _bridge;
    private static DeviceType _device;

    /// <summary>Loads everything once per process.</summary>
    /// <param name="torch">What <see cref="TorchFinder"/> found.</param>
    /// <param name="privateDirectory">A writable directory for a loadable copy of the bridge, if one is needed.</param>
    /// <returns>The device that computations run on: CUDA when libtorch has it and a GPU answers.</returns>
    /// <exception cref="InferenceException">A library could not be loaded.</exception>
    public static DeviceType Load(TorchInstallation torch, string privateDirectory)
    {
        lock (Gate)
        {
            if (_bridge != 0) return _device;
            torch.Demand();
            LoadLibtorch(torch);
            _bridge = LoadBridge(BridgePath(), privateDirectory);
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name == "LibTorchSharp" ? _bridge : 0;
            _device = torch.HasCuda && TorchSharp.torch.TryInitializeDeviceType(DeviceType.CUDA) ? DeviceType.CUDA : DeviceType.CPU;
            TorchSharp.torch.InitializeDeviceType(_device);
            // libtorch counts the node's cores, .NET those that the container may use.
            TorchSharp.torch.set_num_threads(Environment.ProcessorCount);
            return _device;
        }
    }

    private static void LoadLibtorch(TorchInstallation torch)
    {
        string[] files = ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];
        foreach (var file in files.Select(name => Path.Combine(torch.LibDirectory, name)).Where(File.Exists)) Open(file);
    }

    private static string BridgePath()
    {
        string[] places = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native")];
        return places.Select(place => Path.Combine(place, BridgeFile)).FirstOrDefault(File.Exists)
            ?? throw new InferenceException(BridgeFile, $"not found in {string.Join(" or ", places)}");
    }

    /// <summary>The bridge as it is where that works; a weakened private copy where only harmless versions are missing.</summary>
    private static nint LoadBridge(string path, string privateDirectory)
    {
        if (NativeLibrary.TryLoad(path, out var handle)) return handle;
        var bytes = File.ReadAllBytes(path);
        var needs = ElfVersionNeeds.Read(bytes, path).Where(need => Harmless.Contains(need.Version) && !need.Weak).ToList();
        if (needs.Count == 0) return Open(path);
        Directory.CreateDirectory(privateDirectory);
        var copy = Path.Combine(privateDirectory, $"gemma-{Environment.ProcessId}-{BridgeFile}");
        File.WriteAllBytes(copy, ElfVersionNeeds.Weaken(bytes, needs));
        try
        {
            return Open(copy);
        }
        finally
        {
            // Mapped by now: the name is no longer needed, and nothing is left behind.
            File.Delete(copy);
        }
    }

    private static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception cause) when (cause is DllNotFoundException or BadImageFormatException)
        {
            throw new InferenceException(path, $"could not be loaded: {cause.Message}", cause);
        }
    }
}
