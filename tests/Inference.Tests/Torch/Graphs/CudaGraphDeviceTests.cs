using GemmaInference.Torch;
using GemmaInference.Torch.Graphs;

namespace Inference.Tests.Torch.Graphs;

/// <summary>Graphs by the functions of CUDA's runtime, of which a small library keeps the rules.</summary>
internal sealed class CudaGraphDeviceTests
{
    [TestCase("")]
    [TestCase("-DVERSION=11040")]
    [TestCase("-DVERSION=13000")]
    public void Work_is_recorded_once_and_launched_again_and_again(string version)
    {
        using var cuda = FakeCuda.Compile(version);
        using var device = Open(cuda);
        device.Enter();
        var works = 0;
        var graph = device.Capture(() =>
        {
            works++;
            Assert.That(cuda.State.Capturing);
        });
        device.Launch(graph);
        device.Launch(graph);
        device.Leave();
        Assert.That((works, device.Launches), Is.EqualTo((1, 321L)));
        Assert.That(cuda.State, Is.EqualTo((false, 0, 1, 2, 2, false, 0)), "only what can be launched is kept");
        device.Free(graph);
        Assert.That(cuda.State.Executables, Is.Zero);
    }

    [TestCase("cudaStreamBeginCapture")]
    [TestCase("cudaStreamEndCapture")]
    [TestCase("cudaGraphInstantiateWithFlags")]
    [TestCase("cudaGraphLaunch")]
    public void A_call_that_fails_is_told_in_cudas_words_and_leaves_the_stream_as_it_was(string function)
    {
        using var cuda = FakeCuda.Compile();
        using var device = Open(cuda);
        cuda.Fail(function);
        device.Enter();
        Assert.That(
            () => device.Launch(device.Capture(() => { })),
            Throws.TypeOf<GraphException>().With.Message.EqualTo($"{function}: error 900, operation not permitted")
        );
        device.Leave();
        var state = cuda.State;
        Assert.That((state.Capturing, state.Graphs, state.IsInside, state.LastError), Is.EqualTo((false, 0, false, 0)));
        // And the next one is recorded.
        cuda.Fail("");
        device.Enter();
        device.Launch(device.Capture(() => { }));
        device.Leave();
        Assert.That(cuda.State.Launches, Is.EqualTo(1));
    }

    [Test]
    public void Work_that_fails_ends_its_recording()
    {
        using var cuda = FakeCuda.Compile();
        using var device = Open(cuda);
        device.Enter();
        Assert.That(
            () => device.Capture(() => throw new TorchException("aten::mm", "no")),
            Throws.TypeOf<GraphException>().With.Message.EqualTo("capture: aten::mm: no")
        );
        Assert.That(
            () => device.Capture(() => throw new InvalidOperationException("a mistake")),
            Throws.InvalidOperationException,
            "what is no failure of the device's isn't hidden"
        );
        device.Leave();
        Assert.That(cuda.State, Is.EqualTo((false, 0, 0, 0, 2, false, 0)));
    }

    [TestCase("aoti_torch_get_current_cuda_stream")]
    [TestCase("torch_set_current_cuda_stream")]
    [TestCase("torch_cuda_stream_synchronize")]
    public void A_stream_that_fails_is_a_failure_of_the_device(string function)
    {
        using var cuda = FakeCuda.Compile();
        using var device = Open(cuda);
        cuda.Fail(function, 1);
        Assert.That(device.Enter, Throws.TypeOf<TorchException>().With.Message.StartsWith(function));
    }

    [Test]
    public void A_thread_never_stays_on_the_stream_of_graphs()
    {
        using var cuda = FakeCuda.Compile();
        using var device = Open(cuda);
        device.Enter();
        cuda.Fail("torch_cuda_stream_synchronize", 1);
        Assert.That(device.Leave, Throws.TypeOf<TorchException>());
        Assert.That(cuda.State.IsInside, Is.False);
    }

    [TestCase("-DLACKING", "there is no function cudaGraphLaunch")]
    [TestCase("-DVERSION=11020", "CUDA's runtime is 11.2, older than 11.4")]
    public void What_is_missing_is_told(string options, string trouble)
    {
        using var cuda = FakeCuda.Compile(options);
        Assert.That(GraphSupport.Open(cuda.Exports, out var said), Is.Null);
        Assert.That(said, Is.EqualTo(trouble));
    }

    [Test]
    public void No_driver_and_no_stream_are_told()
    {
        using var cuda = FakeCuda.Compile();
        cuda.Fail("cudaRuntimeGetVersion", 35);
        Assert.That(GraphSupport.Open(cuda.Exports, out var said), Is.Null);
        Assert.That(said, Is.EqualTo("cudaRuntimeGetVersion: error 35, unknown"));
        cuda.Fail("torch_get_cuda_stream_from_pool", 1);
        Assert.That(GraphSupport.Open(cuda.Exports, out said), Is.Null);
        Assert.That(said, Does.StartWith("torch_get_cuda_stream_from_pool: "));
        Assert.That(GraphSupport.Open(Device.Cpu, out said), Is.Null);
        Assert.That(said, Is.EqualTo("it computes on a CPU"));
    }

    [TestCase("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True", null)]
    [TestCase("PYTORCH_CUDA_ALLOC_CONF", "backend:native", null)]
    [TestCase("PYTORCH_ALLOC_CONF", "max_split_size_mb:20, backend:cudaMallocAsync", "PYTORCH_ALLOC_CONF has backend")]
    [TestCase(
        "PYTORCH_CUDA_ALLOC_CONF",
        "garbage_collection_threshold:0.8",
        "PYTORCH_CUDA_ALLOC_CONF has garbage_collection_threshold"
    )]
    [TestCase(
        "PYTORCH_ALLOC_CONF",
        "per_process_memory_fraction:0.5",
        "PYTORCH_ALLOC_CONF has per_process_memory_fraction"
    )]
    [TestCase("PYTORCH_NO_CUDA_MEMORY_CACHING", "1", "PYTORCH_NO_CUDA_MEMORY_CACHING is set")]
    public void An_allocator_that_gives_memory_back_rules_graphs_out(string variable, string value, string? trouble) =>
        Assert.That(GraphSupport.TroubleOfAllocator(name => name == variable ? value : null), Is.EqualTo(trouble));

    private static IGraphDevice Open(FakeCuda cuda)
    {
        var device = GraphSupport.Open(cuda.Exports, out var trouble);
        Assert.That(trouble, Is.Null);
        return device!;
    }
}
