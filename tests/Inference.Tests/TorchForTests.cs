using System.Reflection;
using GemmaInference.Native;
using TorchSharp;

namespace Inference.Tests;

/// <summary>Loads libtorch from its package once, through the server's own loader.</summary>
[SetUpFixture]
internal sealed class TorchForTests
{
    public static string LibDirectory { get; } =
        Path.Combine(
            typeof(TorchForTests)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(item => item.Key == "LibtorchPackage")
                .Value!,
            "runtimes",
            "linux-x64",
            "native"
        );

    public static string Reference(string file) => Path.Combine(AppContext.BaseDirectory, "reference", file);

    [OneTimeSetUp]
    public void Load()
    {
        TorchRuntime.Load(TorchFinder.Find(LibDirectory, TorchFinder.RecordedPath, () => null), Path.GetTempPath());
        torch.set_num_threads(1);
    }
}
