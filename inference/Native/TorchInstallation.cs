using System.Text.RegularExpressions;

namespace GemmaInference.Native;

/// <summary>Describes a libtorch found on this machine: where, which version, and who said so.</summary>
/// <param name="LibDirectory">Absolute path of the directory that holds <c>libtorch_cpu.so</c>.</param>
/// <param name="Version">What the installation says of itself, such as <c>2.10.0+cu128</c>.</param>
/// <param name="Source">The finding rule that won, for the log.</param>
internal sealed partial record TorchInstallation(string LibDirectory, string Version, string Source)
{
    /// <summary>Gets the oldest PyTorch that has the C interface which the server calls.</summary>
    public const string OldestMinor = "2.10";

    /// <summary>Gets the same as the images' label says it; another major may drop the interface.</summary>
    public const string Range = $">={OldestMinor},<3";

    /// <summary>Gets whether CUDA kernels lie beside the CPU ones.</summary>
    public bool HasCuda => File.Exists(Path.Combine(LibDirectory, "libtorch_cuda.so"));

    /// <summary>Demands <see cref="OldestMinor"/> or a newer one; an older one lacks what the server calls.</summary>
    /// <exception cref="InferenceException">The installation is older.</exception>
    public TorchInstallation Demand() =>
        IsNewEnough(Version)
            ? this
            : throw new InferenceException(
                LibDirectory,
                $"this is PyTorch {Version}, and the server needs {OldestMinor} or newer; set spec.base.pytorch to "
                    + "such a release"
            );

    private static bool IsNewEnough(string version)
    {
        var numbers = LeadingNumbers().Match(version);
        return numbers.Success
            && System.Version.TryParse(numbers.Value, out var own)
            && own >= System.Version.Parse(OldestMinor);
    }

    [GeneratedRegex("^[0-9]{1,4}\\.[0-9]{1,4}", RegexOptions.None, 1000)]
    private static partial Regex LeadingNumbers();
}
