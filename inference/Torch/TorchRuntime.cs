using GemmaInference.Native;

namespace GemmaInference.Torch;

/// <summary>
/// Loads libtorch by absolute path and finds all that the server calls, so that neither <c>LD_LIBRARY_PATH</c> nor a
/// library in between is needed.
/// </summary>
internal static class TorchRuntime
{
    private const string CpuFile = "libtorch_cpu.so";
    private const string CudaFile = "libtorch_cuda.so";

    private static readonly Lock Gate = new();
    private static Device? _device;

    /// <summary>Loads everything once per process.</summary>
    /// <param name="torch">What <see cref="TorchFinder"/> found.</param>
    /// <param name="wanted">
    /// The device to insist on; null for a GPU where libtorch has CUDA and one answers, else the CPU.
    /// </param>
    /// <param name="threads">How many compute; null for as many as the container may use.</param>
    /// <returns>The device that computations run on.</returns>
    /// <exception cref="InferenceException">
    /// A library could not be loaded, lacks what the server needs, or the wanted GPU can't be used.
    /// </exception>
    public static Device Load(TorchInstallation torch, Device? wanted = null, int? threads = null)
    {
        lock (Gate)
        {
            if (_device is { } loaded)
            {
                return loaded;
            }

            torch.Demand();
            if (wanted == Device.Cuda && !torch.HasCuda)
            {
                throw new InferenceException(
                    "DEVICE",
                    $"cuda is asked for, but the PyTorch in {torch.LibDirectory} has no CUDA (libtorch_cuda.so)"
                );
            }

            OpenMp.Prepare(threads);
            var hasGpus = torch.HasCuda && wanted != Device.Cpu && GpuDriver.Count() > 0;
            Bind(torch, hasGpus);
            var trouble = hasGpus ? TroubleOfGpu() : null;
            if (wanted == Device.Cuda && (!hasGpus || trouble is not null))
            {
                throw new InferenceException("DEVICE", $"cuda is asked for, but {trouble ?? GpuDriver.Trouble()}");
            }

            var device = hasGpus && trouble is null ? Device.Cuda : Device.Cpu;
            OperatorCheck.Run(torch.Version, device);
            _device = device;
            return device;
        }
    }

    /// <summary>Loads what is needed before the first call into libtorch, which looks for a GPU once.</summary>
    private static void Bind(TorchInstallation torch, bool withCuda)
    {
        // By name of the file; each finds those before it by their names.
        Open("libc10.so");
        var cpu = Open(CpuFile);
        if (withCuda)
        {
            Open("libc10_cuda.so");
        }

        var cuda = withCuda ? Open(CudaFile) : 0;
        var exports = new Exports(cpu, CpuFile, torch.Version);
        Abi.Bind(exports, cuda == 0 ? null : new Exports(cuda, CudaFile, torch.Version));
        ComputeThreads.Bind(exports);

        nint Open(string file)
        {
            var path = Path.Combine(torch.LibDirectory, file);
            return File.Exists(path) ? LibraryLoader.Open(path, torch.LibDirectory) : 0;
        }
    }

    /// <summary>Returns why no tensor can be made on the GPU; null when one can.</summary>
    private static string? TroubleOfGpu()
    {
        try
        {
            using var scope = TensorScope.Open();
            Tensor.Zeros([1], ScalarType.Float32, Device.Cuda);
            return null;
        }
        catch (TorchException cause)
        {
            return $"{GpuDriver.Trouble()}: {cause.Message}";
        }
    }
}
