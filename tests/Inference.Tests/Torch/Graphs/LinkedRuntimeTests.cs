using System.Runtime.InteropServices;
using GemmaInference.Torch;
using GemmaInference.Torch.Graphs;

namespace Inference.Tests.Torch.Graphs;

/// <summary>Of several runtimes of CUDA in one process, the one that libtorch_cuda.so links to is called.</summary>
internal sealed class LinkedRuntimeTests
{
    private const string Right = "-DVERSION=12080";

    /// <summary>It says by its version that it was asked.</summary>
    private const string Wrong = "-DVERSION=11020";

    private static int _count;

    private readonly List<nint> _loaded = [];
    private ScratchDirectory _scratch = null!;

    /// <summary>The loader knows libraries by this name: another in each test.</summary>
    private string _name = "";

    [SetUp]
    public void Prepare()
    {
        FakeCuda.DemandCompiler();
        _scratch = new ScratchDirectory();
        _name = $"libcudart-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}.so.12";
    }

    [TearDown]
    public void Remove()
    {
        foreach (var library in Enumerable.Reverse(_loaded))
        {
            NativeLibrary.Free(library);
        }

        _loaded.Clear();
        _scratch?.Dispose();
    }

    [Test]
    public void One_of_another_version_that_was_there_before_is_passed_over()
    {
        Load(Runtime("usr", Wrong, "libcudart.so.11"));
        Assert.That(Trouble(Torch(Runtime("nvidia", Right, _name))), Is.Null);
    }

    [Test]
    public void One_of_the_same_name_that_came_later_is_passed_over()
    {
        var torch = Torch(Runtime("nvidia", Right, _name));
        Load(Runtime("usr", Wrong, _name));
        Assert.That(Mapped(), Has.Count.EqualTo(2), "both are there");
        Assert.That(Trouble(torch), Is.Null);
    }

    [Test]
    public void One_of_the_same_name_that_was_there_before_is_the_one_that_libtorch_uses()
    {
        var own = Runtime("nvidia", Right, _name);
        Load(Runtime("usr", Wrong, _name));
        var torch = Torch(own);
        Assert.That(Mapped(), Is.EqualTo([_scratch[$"usr/{_name}"]]), "the loader takes it for libtorch's");
        Assert.That(Trouble(torch), Does.Contain("11.2"));
    }

    [Test]
    public void One_that_libtorch_does_not_link_to_is_none()
    {
        Load(Runtime("usr", Right, _name));
        Assert.That(Trouble(Torch(null)), Is.EqualTo("there is no function cudaRuntimeGetVersion"));
    }

    private static string? Trouble(nint torch)
    {
        using var device = GraphSupport.Open(new Exports(torch, "libtorch_cuda.so", "2.99.1"), out var trouble);
        Assert.That(device is null, Is.EqualTo(trouble is not null));
        return trouble;
    }

    /// <summary>Makes a runtime in a folder of its own.</summary>
    /// <param name="name">By which the loader knows it, and its file's.</param>
    private string Runtime(string folder, string options, string name)
    {
        var path = Path.Combine(Directory.CreateDirectory(_scratch[folder]).FullName, name);
        FakeCuda.Build(path, $"{options} -DWITHOUT_TORCH -Wl,-soname,{name}");
        return path;
    }

    /// <summary>Loads a libtorch_cuda.so that links to a runtime, and finds it as a wheel's does.</summary>
    private nint Torch(string? runtime)
    {
        var path = Path.Combine(Directory.CreateDirectory(_scratch["torch/lib"]).FullName, "libtorch_cuda.so");
        FakeCuda.Build(
            path,
            runtime is null
                ? "-DWITHOUT_RUNTIME"
                : $"-DWITHOUT_RUNTIME -Wl,--no-as-needed {runtime} -Wl,-rpath,$ORIGIN/../../nvidia"
        );
        return Load(path);
    }

    private nint Load(string path)
    {
        var library = NativeLibrary.Load(path);
        _loaded.Add(library);
        return library;
    }

    private List<string> Mapped() =>
        [
            .. File.ReadLines("/proc/self/maps")
                .Where(line => line.EndsWith($"/{_name}", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..])
                .Distinct(),
        ];
}
