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
    private const string CpuFile = "libtorch_cpu.so";
    private const string CudaFile = "libtorch_cuda.so";

    /// <summary>Versions no relocation of the bridge uses; an older libstdc++ may lack them without harm.</summary>
    private static readonly string[] Harmless = ["GLIBCXX_3.4.32"];

    private static readonly Lock Gate = new();
    private static nint _bridge;
    private static DeviceType _device;

    /// <summary>Loads everything once per process.</summary>
    /// <param name="torch">What <see cref="TorchFinder"/> found.</param>
    /// <param name="privateDirectory">A writable directory for a loadable copy of the bridge, if one is needed.</param>
    /// <param name="wanted">
    /// The device to insist on; null for a GPU where libtorch has CUDA and one answers, else the CPU.
    /// </param>
    /// <returns>The device that computations run on.</returns>
    /// <exception cref="InferenceException">A library could not be loaded, or the wanted GPU can't be used.</exception>
    public static DeviceType Load(TorchInstallation torch, string privateDirectory, DeviceType? wanted = null)
    {
        lock (Gate)
        {
            if (_bridge != 0)
            {
                return _device;
            }

            torch.Demand();
            if (wanted == DeviceType.CUDA && !torch.HasCuda)
            {
                throw new InferenceException(
                    "DEVICE",
                    $"cuda is asked for, but the PyTorch in {torch.LibDirectory} has no CUDA (libtorch_cuda.so)"
                );
            }

            OpenMp.WaitPassively();
            var libraries = LoadLibtorch(torch);
            _bridge = LoadBridge(BridgePath(), privateDirectory, torch.LibDirectory);
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name == "LibTorchSharp" ? _bridge : 0;
            _device =
                torch.HasCuda && wanted != DeviceType.CPU && TorchSharp.torch.TryInitializeDeviceType(DeviceType.CUDA)
                    ? DeviceType.CUDA
                    : DeviceType.CPU;
            if (wanted == DeviceType.CUDA && _device != wanted)
            {
                throw new InferenceException("DEVICE", $"cuda is asked for, but {GpuDriver.Trouble()}");
            }

            TorchSharp.torch.InitializeDeviceType(_device);
            FusedNorm.Find(
                libraries[CpuFile],
                libraries[_device == DeviceType.CUDA ? CudaFile : CpuFile],
                _device == DeviceType.CUDA ? "cuda" : "cpu"
            );
            // libtorch counts the node's cores, .NET those that the container may use.
            TorchSharp.torch.set_num_threads(Environment.ProcessorCount);
            return _device;
        }
    }

    /// <summary>
    /// Prepares all that must come before the first call into libtorch, which looks for a GPU once and remembers the
    /// answer.
    /// </summary>
    private static Dictionary<string, nint> LoadLibtorch(TorchInstallation torch)
    {
        string[] files = ["libc10.so", CpuFile, "libc10_cuda.so", CudaFile, "libtorch.so"];
        return files
            .Where(file => File.Exists(Path.Combine(torch.LibDirectory, file)))
            .ToDictionary(
                file => file,
                file => LibraryLoader.Open(Path.Combine(torch.LibDirectory, file), torch.LibDirectory),
                StringComparer.Ordinal
            );
    }

    private static string BridgePath()
    {
        string[] places =
        [
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
        ];
        return places.Select(place => Path.Combine(place, BridgeFile)).FirstOrDefault(File.Exists)
            ?? throw new InferenceException(BridgeFile, $"not found in {string.Join(" or ", places)}");
    }

    /// <summary>
    /// Returns the bridge as it is where that works; a weakened private copy where only harmless versions are missing.
    /// </summary>
    private static nint LoadBridge(string path, string privateDirectory, string torchLib)
    {
        if (NativeLibrary.TryLoad(path, out var handle))
        {
            return handle;
        }

        var bytes = File.ReadAllBytes(path);
        var needs = ElfVersionNeeds
            .Read(bytes, path)
            .Where(need => Harmless.Contains(need.Version) && !need.Weak)
            .ToList();
        if (needs.Count == 0)
        {
            return LibraryLoader.Open(path, torchLib);
        }

        Directory.CreateDirectory(privateDirectory);
        var copy = Path.Combine(privateDirectory, $"gemma-{Environment.ProcessId}-{BridgeFile}");
        File.WriteAllBytes(copy, ElfVersionNeeds.Weaken(bytes, needs));
        try
        {
            return LibraryLoader.Open(copy, torchLib);
        }
        finally
        {
            // Mapped by now: the name is no longer needed, and nothing is left behind.
            File.Delete(copy);
        }
    }
}
