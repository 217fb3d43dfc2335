namespace GemmaInference.Torch.Graphs;

/// <summary>
/// Records and launches graphs of CUDA on the first GPU. libtorch's allocator gives memory that was freed on a stream
/// to that stream alone, so what lies within a graph stays with its stream (decision 33).
/// </summary>
internal sealed unsafe class CudaGraphDevice : IGraphDevice
{
    private const int Gpu = 0;

    /// <summary>
    /// <c>cudaStreamCaptureModeThreadLocal</c>: what other threads do meanwhile doesn't spoil what is recorded.
    /// </summary>
    private const int OfThisThread = 1;

    private readonly GraphFunctions _functions;
    private readonly nint _stream;
    private nint _outer;

    /// <exception cref="GraphException">libtorch has no stream to spare.</exception>
    public CudaGraphDevice(GraphFunctions functions)
    {
        _functions = functions;
        nint stream;
        if (functions.NewStream(0, Gpu, &stream) != 0)
        {
            throw new GraphException("torch_get_cuda_stream_from_pool", "there is none");
        }

        _stream = stream;
    }

    public long Launches { get; private set; }

    public void Enter()
    {
        nint outer;
        Demand(_functions.CurrentStream(Gpu, &outer), "aoti_torch_get_current_cuda_stream");
        Demand(_functions.WaitForStream(outer, Gpu), "torch_cuda_stream_synchronize");
        Demand(_functions.UseStream(_stream, Gpu), "torch_set_current_cuda_stream");
        _outer = outer;
    }

    public void Leave()
    {
        // Whatever the stream's work ended with, this thread must not stay on it.
        var waited = _functions.WaitForStream(_stream, Gpu);
        Demand(_functions.UseStream(_outer, Gpu), "torch_set_current_cuda_stream");
        Demand(waited, "torch_cuda_stream_synchronize");
    }

    public nint Capture(Action work)
    {
        Check(_functions.BeginCapture(_stream, OfThisThread), "cudaStreamBeginCapture");
        try
        {
            work();
        }
        catch (Exception cause)
        {
            Abandon();
            throw cause is TorchException ? new GraphException("capture", cause.Message, cause) : cause;
        }

        nint graph = 0;
        var ended = _functions.EndCapture(_stream, &graph);
        try
        {
            Check(ended, "cudaStreamEndCapture");
            nint executable;
            Check(_functions.Instantiate(&executable, graph, 0), "cudaGraphInstantiateWithFlags");
            nuint nodes = 0;
            Forget(_functions.GetNodes(graph, null, &nodes));
            Launches = (long)nodes;
            return executable;
        }
        finally
        {
            if (graph != 0)
            {
                Forget(_functions.DestroyGraph(graph));
            }
        }
    }

    public void Launch(nint graph) => Check(_functions.Launch(graph, _stream), "cudaGraphLaunch");

    public void Free(nint graph) => Forget(_functions.DestroyExecutable(graph));

    /// <summary>Does nothing: libtorch owns its streams.</summary>
    public void Dispose() { }

    /// <summary>Ends a capture that failed, so that the stream computes again.</summary>
    private void Abandon()
    {
        nint graph = 0;
        _ = _functions.EndCapture(_stream, &graph);
        if (graph != 0)
        {
            _ = _functions.DestroyGraph(graph);
        }

        _ = _functions.LastError();
    }

    private void Check(int code, string step)
    {
        if (code != 0)
        {
            Forget(code);
            throw new GraphException(step, _functions.Describe(code));
        }
    }

    /// <summary>Takes an error away, which libtorch would take for one of its own next call.</summary>
    private void Forget(int code)
    {
        if (code != 0)
        {
            _ = _functions.LastError();
        }
    }

    private static void Demand(int code, string step)
    {
        if (code != 0)
        {
            throw new TorchException(step, "the GPU failed; what libtorch said is on standard error");
        }
    }
}
