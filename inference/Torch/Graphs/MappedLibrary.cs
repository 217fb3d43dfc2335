using System.Text.RegularExpressions;

namespace GemmaInference.Torch.Graphs;

/// <summary>
/// Finds a library that is loaded already, whatever it is called and wherever it lies: wheels have CUDA's runtime under
/// the names <c>libcudart.so.12</c>, <c>libcudart.so.13</c> or with a hash in between, and only the very one that
/// libtorch uses knows its streams.
/// </summary>
internal static partial class MappedLibrary
{
    /// <summary>Returns the path of CUDA's runtime, or null where none is loaded.</summary>
    /// <param name="maps">Lines as of <c>/proc/self/maps</c>.</param>
    public static string? FindCudaRuntime(IEnumerable<string> maps) =>
        maps.Select(line => CudaRuntime().Match(line)).FirstOrDefault(match => match.Success)?.Groups["path"].Value;

    [GeneratedRegex(
        @" (?<path>/[^\n]*/libcudart(-[0-9a-f]{1,64})?\.so(\.[0-9]{1,9}){0,4})$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex CudaRuntime();
}
