namespace GemmaInference.Native;

/// <summary>Describes a libtorch found on this machine: where, which version, and who said so.</summary>
/// <param name="LibDirectory">Absolute path of the directory that holds <c>libtorch_cpu.so</c>.</param>
/// <param name="Version">What the installation says of itself, such as <c>2.10.0+cu128</c>.</param>
/// <param name="Source">The finding rule that won, for the log.</param>
internal sealed record TorchInstallation(string LibDirectory, string Version, string Source)
{
    /// <summary>
    /// Gets the libtorch minor that the referenced TorchSharp was compiled against: its C++ ABI is per minor.
    /// </summary>
    public const string RequiredMinor = "2.10";

    /// <summary>Gets whether CUDA kernels lie beside the CPU ones.</summary>
    public bool HasCuda => File.Exists(Path.Combine(LibDirectory, "libtorch_cuda.so"));

    /// <summary>
    /// Demands <see cref="RequiredMinor"/>; another minor would crash inside C++ instead of saying so.
    /// </summary>
    /// <exception cref="InferenceException">The installation is another minor.</exception>
    public TorchInstallation Demand() =>
        Version == RequiredMinor || Version.StartsWith(RequiredMinor + ".", StringComparison.Ordinal)
            ? this
            : throw new InferenceException(
                LibDirectory,
                $"this is PyTorch {Version}, and the server needs {RequiredMinor}.x; set spec.base.pytorch "
                    + $"to a {RequiredMinor} release"
            );
}
