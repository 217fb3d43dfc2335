using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace GemmaInference.Native;

/// <summary>
/// Opens shared libraries by absolute path. A wheel of PyTorch leaves CUDA's own libraries to the packages beside it
/// (<c>nvidia/*/lib</c>) and finds them by relative search paths; where those fail, as after an install by another
/// tool, the one that is missing is looked for there and opened first, as <c>torch/__init__.py</c> does.
/// </summary>
internal static partial class LibraryLoader
{
    /// <param name="path">The library.</param>
    /// <param name="torchLib">The directory of <c>libtorch_cpu.so</c>.</param>
    /// <exception cref="InferenceException">It can't be loaded; the message is the loader's own.</exception>
    public static nint Open(string path, string torchLib)
    {
        HashSet<string> tried = new(StringComparer.Ordinal);
        while (true)
        {
            try
            {
                return NativeLibrary.Load(path);
            }
            catch (Exception cause) when (cause is DllNotFoundException or BadImageFormatException)
            {
                if (
                    Missing(cause.Message) is not { } missing
                    || !tried.Add(missing)
                    || Find(missing, torchLib) is not { } found
                )
                {
                    throw new InferenceException(path, $"could not be loaded: {Cause(cause.Message, path)}", cause);
                }

                Open(found, torchLib);
            }
        }
    }

    /// <summary>Returns the library that glibc's loader says it didn't find, or null.</summary>
    public static string? Missing(string message) => NotFound().Matches(message).LastOrDefault()?.Groups["name"].Value;

    /// <summary>Returns glibc's own words about a file: .NET puts them after advice of its own.</summary>
    public static string Cause(string message, string path)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var own = Array.Find(lines, line => line.StartsWith(path + ": ", StringComparison.Ordinal));
        return own is null ? lines.FirstOrDefault() ?? "" : own[(path.Length + 2)..];
    }

    /// <summary>Returns where a library of CUDA lies beside a wheel's <c>torch/lib</c>, or null.</summary>
    public static string? Find(string name, string torchLib)
    {
        var packages = Path.Combine(torchLib, "..", "..", "nvidia");
        return !Directory.Exists(packages)
            ? null
            : Directory
                .EnumerateDirectories(packages)
                .Order(StringComparer.Ordinal)
                .Select(package => Path.GetFullPath(Path.Combine(package, "lib", name)))
                .FirstOrDefault(File.Exists);
    }

    [GeneratedRegex(
        @"(?<name>[^\s/:]+\.so[^\s/:]*): cannot open shared object file",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex NotFound();
}
