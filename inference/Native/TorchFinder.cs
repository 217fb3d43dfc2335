using System.Diagnostics;
using System.Text.RegularExpressions;

namespace GemmaInference.Native;

/// <summary>Finds the PyTorch that the base image brought along; the server carries none of its own.</summary>
internal static partial class TorchFinder
{
    /// <summary>Overrides every other rule.</summary>
    public const string OverrideVariable = "GEMMA_TORCH_LIB";

    /// <summary>Names the file that the base build writes: one line, the absolute path of <c>torch/lib</c>.</summary>
    public const string RecordedPath = "/opt/gemma/torch-lib-path";

    private static readonly TimeSpan PythonPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Asks in order: the override, what the base image recorded, then <c>python3</c>. A rule that names a directory
    /// without libtorch is an error rather than a reason to try the next: guessing would hide a broken image.
    /// </summary>
    /// <param name="overridden">The value of <see cref="OverrideVariable"/>, or null.</param>
    /// <param name="recordFile">Usually <see cref="RecordedPath"/>.</param>
    /// <param name="askPython">Returns the path of <c>torch/lib</c> or null.</param>
    /// <exception cref="InferenceException">Nothing was found, or what was found is not libtorch.</exception>
    public static TorchInstallation Find(string? overridden, string recordFile, Func<string?> askPython)
    {
        if (!string.IsNullOrWhiteSpace(overridden))
        {
            return Inspect(overridden.Trim(), OverrideVariable);
        }

        if (File.Exists(recordFile))
        {
            return Inspect(File.ReadAllText(recordFile).Trim(), recordFile);
        }

        if (askPython() is { Length: > 0 } path)
        {
            return Inspect(path, "python3");
        }

        throw new InferenceException(
            "libtorch",
            $"no PyTorch found; expected its torch/lib in {OverrideVariable}, in the file "
                + $"{recordFile} or through python3"
        );
    }

    /// <summary>Asks the interpreter without importing torch, which would take seconds.</summary>
    public static string? AskPython()
    {
        const string Script =
            "import "
            + "importlib.util,os;s=importlib.util.find_spec('torch');"
            + "print(os.path.join(os.path.dirname(s.origin),'lib') if s else '')";
        var start = new ProcessStartInfo("python3", ["-c", Script])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            if (!process.WaitForExit(PythonPatience))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            return process.ExitCode == 0 ? output.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static TorchInstallation Inspect(string directory, string source)
    {
        if (!File.Exists(Path.Combine(directory, "libtorch_cpu.so")))
        {
            throw new InferenceException(directory, $"there is no libtorch_cpu.so here, although {source} says so");
        }

        var full = Path.GetFullPath(directory);
        return new TorchInstallation(full, VersionOf(full), source);
    }

    /// <summary>
    /// Wheels say it in <c>torch/version.py</c>, the C++ distribution in <c>build-version</c>, the NuGet package by
    /// its folder's name (<c>&lt;id&gt;/&lt;version&gt;/runtimes/&lt;rid&gt;/native</c>).
    /// </summary>
    private static string VersionOf(string libDirectory)
    {
        var parent = Path.GetDirectoryName(libDirectory) ?? "/";
        var python = Path.Combine(parent, "version.py");
        if (File.Exists(python) && VersionLine().Match(File.ReadAllText(python)) is { Success: true } match)
        {
            return match.Groups["version"].Value;
        }

        var build = Path.Combine(parent, "build-version");
        if (File.Exists(build))
        {
            return File.ReadAllText(build).Trim();
        }

        if (PackagePath().Match(libDirectory) is { Success: true } package)
        {
            return package.Groups["version"].Value;
        }

        throw new InferenceException(
            libDirectory,
            "its version is unknown; expected version.py or build-version in the directory above"
        );
    }

    [GeneratedRegex(
        "^__version__\\s*(?::\\s*[A-Za-z_.]+\\s*)?=\\s*['\"](?<version>[^'\"]+)['\"]",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex VersionLine();

    [GeneratedRegex(
        "/libtorch-[^/]+/(?<version>[0-9][^/]*)/runtimes/[^/]+/native$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex PackagePath();
}
