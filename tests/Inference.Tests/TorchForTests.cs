using System.Reflection;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace Inference.Tests;

/// <summary>
/// Loads libtorch once, through the server's own loader: that of its package, or the one that GEMMA_TORCH_LIB names.
/// </summary>
[SetUpFixture]
internal sealed class TorchForTests
{
    public static string PackageDirectory { get; } =
        Path.Combine(
            typeof(TorchForTests)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(item => item.Key == "LibtorchPackage")
                .Value!,
            "runtimes",
            "linux-x64",
            "native"
        );

    public static string LibDirectory { get; } =
        Environment.GetEnvironmentVariable(TorchFinder.OverrideVariable) ?? PackageDirectory;

    public static string Reference(string file) => Path.Combine(AppContext.BaseDirectory, "reference", file);

    [OneTimeSetUp]
    public void Load()
    {
        TorchRuntime.Load(TorchFinder.Find(LibDirectory, TorchFinder.RecordedPath, () => null), threads: 1);
    }
}
