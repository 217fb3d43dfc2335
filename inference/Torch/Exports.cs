using System.Runtime.InteropServices;
using GemmaInference.Native;

namespace GemmaInference.Torch;

/// <summary>Looks functions up in a loaded library by name.</summary>
/// <param name="library">Its handle.</param>
/// <param name="file">Its name, for messages.</param>
/// <param name="version">The PyTorch that it is of, for messages.</param>
internal sealed class Exports(nint library, string file, string version)
{
    /// <exception cref="InferenceException">It has no such function.</exception>
    public nint Need(string name) =>
        NativeLibrary.TryGetExport(library, name, out var function)
            ? function
            : throw new InferenceException(
                "libtorch",
                $"{file} of PyTorch {version} has no function {name}, which the server needs; take another PyTorch, "
                    + $"{TorchInstallation.OldestMinor} or newer"
            );

    /// <summary>Returns 0 where it has no such function.</summary>
    public nint Find(string name) => NativeLibrary.TryGetExport(library, name, out var function) ? function : 0;
}
