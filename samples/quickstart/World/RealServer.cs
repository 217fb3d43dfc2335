using System.Reflection;

namespace Quickstart.World;

/// <summary>
/// Says whether this build of the demo brings the inference server and a libtorch (<c>-p:RealServer=true</c>).
/// </summary>
internal static class RealServer
{
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "gemma-inference.dll");

    /// <summary>Gets the libtorch's directory; null when this build has none.</summary>
    public static string? TorchLib { get; } =
        typeof(RealServer)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == "LibtorchPackage")
            is { Value: { Length: > 0 } package }
            ? Path.Combine(package, "runtimes", "linux-x64", "native")
            : null;
}
