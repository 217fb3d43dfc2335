using System.Runtime.InteropServices;

namespace GemmaInference.Torch.Graphs;

/// <summary>
/// Holds what graphs need of libtorch's streams and of CUDA's runtime. Their signatures are the same in CUDA 11.4 to
/// 13: <c>cudaGraphInstantiate</c> has another one in 11 than in 12, so <c>cudaGraphInstantiateWithFlags</c> is called.
/// The runtime is the one that <c>libtorch_cuda.so</c> links to, whatever it is called and however many are loaded: the
/// loader looks a library's functions up in it and then in what it needs, as it did for the library's own calls.
/// </summary>
internal sealed unsafe class GraphFunctions
{
    /// <summary>CUDA 11.4, the first runtime that has all of them.</summary>
    private const int OldestRuntime = 11_040;

    private static readonly string[] OfTorch =
    [
        "aoti_torch_get_current_cuda_stream",
        "torch_set_current_cuda_stream",
        "torch_get_cuda_stream_from_pool",
        "torch_cuda_stream_synchronize",
    ];

    private static readonly string[] OfRuntime =
    [
        "cudaRuntimeGetVersion",
        "cudaStreamBeginCapture",
        "cudaStreamEndCapture",
        "cudaGraphInstantiateWithFlags",
        "cudaGraphLaunch",
        "cudaGraphExecDestroy",
        "cudaGraphDestroy",
        "cudaGraphGetNodes",
        "cudaGetLastError",
        "cudaGetErrorString",
    ];

    private GraphFunctions(Exports torch)
    {
        CurrentStream = (delegate* unmanaged<int, nint*, int>)torch.Find(OfTorch[0]);
        UseStream = (delegate* unmanaged<nint, int, int>)torch.Find(OfTorch[1]);
        NewStream = (delegate* unmanaged<byte, int, nint*, int>)torch.Find(OfTorch[2]);
        WaitForStream = (delegate* unmanaged<nint, int, int>)torch.Find(OfTorch[3]);
        RuntimeVersion = (delegate* unmanaged<int*, int>)torch.Find(OfRuntime[0]);
        BeginCapture = (delegate* unmanaged<nint, int, int>)torch.Find(OfRuntime[1]);
        EndCapture = (delegate* unmanaged<nint, nint*, int>)torch.Find(OfRuntime[2]);
        Instantiate = (delegate* unmanaged<nint*, nint, ulong, int>)torch.Find(OfRuntime[3]);
        Launch = (delegate* unmanaged<nint, nint, int>)torch.Find(OfRuntime[4]);
        DestroyExecutable = (delegate* unmanaged<nint, int>)torch.Find(OfRuntime[5]);
        DestroyGraph = (delegate* unmanaged<nint, int>)torch.Find(OfRuntime[6]);
        GetNodes = (delegate* unmanaged<nint, nint*, nuint*, int>)torch.Find(OfRuntime[7]);
        LastError = (delegate* unmanaged<int>)torch.Find(OfRuntime[8]);
        ErrorText = (delegate* unmanaged<int, byte*>)torch.Find(OfRuntime[9]);
    }

    /// <summary>Gets: the GPU's index, result.</summary>
    public delegate* unmanaged<int, nint*, int> CurrentStream { get; }

    /// <summary>Gets: stream, the GPU's index.</summary>
    public delegate* unmanaged<nint, int, int> UseStream { get; }

    /// <summary>Gets: whether of high priority, the GPU's index, result.</summary>
    public delegate* unmanaged<byte, int, nint*, int> NewStream { get; }

    /// <summary>Gets: stream, the GPU's index.</summary>
    public delegate* unmanaged<nint, int, int> WaitForStream { get; }

    public delegate* unmanaged<int*, int> RuntimeVersion { get; }

    /// <summary>Gets: stream, mode.</summary>
    public delegate* unmanaged<nint, int, int> BeginCapture { get; }

    /// <summary>Gets: stream, result.</summary>
    public delegate* unmanaged<nint, nint*, int> EndCapture { get; }

    /// <summary>Gets: result, graph, flags.</summary>
    public delegate* unmanaged<nint*, nint, ulong, int> Instantiate { get; }

    /// <summary>Gets: executable graph, stream.</summary>
    public delegate* unmanaged<nint, nint, int> Launch { get; }

    public delegate* unmanaged<nint, int> DestroyExecutable { get; }

    public delegate* unmanaged<nint, int> DestroyGraph { get; }

    /// <summary>Gets: graph, null to count alone, count.</summary>
    public delegate* unmanaged<nint, nint*, nuint*, int> GetNodes { get; }

    /// <summary>Gets what tells the thread's last error, and forgets it.</summary>
    public delegate* unmanaged<int> LastError { get; }

    public delegate* unmanaged<int, byte*> ErrorText { get; }

    /// <summary>Returns null where something is missing, and what.</summary>
    /// <param name="torch">Of <c>libtorch_cuda.so</c>, and so of what it links to.</param>
    public static GraphFunctions? Find(Exports torch, out string? trouble)
    {
        var missing = OfTorch.Concat(OfRuntime).FirstOrDefault(name => torch.Find(name) == 0);
        if (missing is not null)
        {
            trouble = $"there is no function {missing}";
            return null;
        }

        var functions = new GraphFunctions(torch);
        int version;
        var code = functions.RuntimeVersion(&version);
        trouble =
            code != 0 ? $"cudaRuntimeGetVersion: {functions.Describe(code)}"
            : version < OldestRuntime ? $"CUDA's runtime is {version / 1000}.{version % 1000 / 10}, older than 11.4"
            : null;
        return trouble is null ? functions : null;
    }

    /// <summary>Returns an error of CUDA's runtime in its own words.</summary>
    public string Describe(int code) => $"error {code}, {Marshal.PtrToStringUTF8((nint)ErrorText(code))}";
}
