namespace GemmaInference.Torch.Graphs;

/// <summary>Opens what records graphs, or says why there can be none.</summary>
internal static class GraphSupport
{
    /// <summary>Names the variables that tell libtorch's allocator what to do.</summary>
    private static readonly string[] AllocatorVariables = ["PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF"];

    /// <summary>Returns null where graphs can't be, and why.</summary>
    public static IGraphDevice? Open(Device device, out string? trouble)
    {
        if (device != Device.Cuda || Abi.Cuda is not { } torch)
        {
            trouble = "it computes on a CPU";
            return null;
        }

        trouble = TroubleOfAllocator(Environment.GetEnvironmentVariable);
        return trouble is null ? Open(torch, out trouble) : null;
    }

    /// <summary>Opens by functions of libraries that are loaded.</summary>
    /// <param name="torch">Of <c>libtorch_cuda.so</c>.</param>
    public static IGraphDevice? Open(Exports torch, out string? trouble)
    {
        if (GraphFunctions.Find(torch, out trouble) is not { } functions)
        {
            return null;
        }

        try
        {
            return new CudaGraphDevice(functions);
        }
        catch (GraphException cause)
        {
            trouble = cause.Message;
            return null;
        }
    }

    /// <summary>
    /// Returns which variable has libtorch give memory back, or have it by another allocator; null where none does.
    /// A graph's memory would then be somebody else's.
    /// </summary>
    internal static string? TroubleOfAllocator(Func<string, string?> read)
    {
        if (read("PYTORCH_NO_CUDA_MEMORY_CACHING") is { Length: > 0 })
        {
            return "PYTORCH_NO_CUDA_MEMORY_CACHING is set";
        }

        foreach (var name in AllocatorVariables)
        {
            var words = (read(name) ?? "").Split(',', StringSplitOptions.TrimEntries);
            // A bound of its own has it find memory short, and give back, while the driver has plenty.
            var found = Array.Find(
                words,
                word =>
                    word.StartsWith("garbage_collection_threshold", StringComparison.Ordinal)
                    || word.StartsWith("per_process_memory_fraction", StringComparison.Ordinal)
                    || (
                        word.StartsWith("backend", StringComparison.Ordinal)
                        && !word.EndsWith("native", StringComparison.Ordinal)
                    )
            );
            if (found is not null)
            {
                return $"{name} has {found.Split(':')[0]}";
            }
        }

        return null;
    }
}
