using System.Globalization;
using GemmaOperator.Api.Lines;

namespace GemmaOperator.Cluster.Gpus;

/// <summary>Says which of some nodes don't run the binaries of a line of PyTorch for a CUDA.</summary>
/// <param name="OldDrivers">Those whose driver is too old for the CUDA.</param>
/// <param name="OtherGpus">Those for whose GPUs nothing was compiled.</param>
/// <param name="Known">Those whose driver is new enough.</param>
internal sealed record NodeFit(
    IReadOnlyList<GpuNode> OldDrivers,
    IReadOnlyList<GpuNode> OtherGpus,
    IReadOnlyList<GpuNode> Known
)
{
    private const int MostNames = 3;

    /// <summary>Gets whether all that is known speaks for it.</summary>
    public bool IsGood => OldDrivers.Count == 0 && OtherGpus.Count == 0 && Known.Count > 0;

    /// <summary>Judges nodes.</summary>
    /// <param name="nodes">Nodes, of any order.</param>
    /// <param name="line">The line of PyTorch's own binaries; empty for others', which aren't known.</param>
    /// <param name="cuda">Their CUDA, with two numbers at its front; anything else isn't judged.</param>
    /// <param name="data">What is known.</param>
    public static NodeFit Of(IReadOnlyList<GpuNode> nodes, string line, string cuda, CudaLines data)
    {
        if (DriverVersion.Parse(cuda) is null || !Version.TryParse(cuda, out var version))
        {
            return new NodeFit([], [], []);
        }

        version = new Version(version.Major, version.Minor);
        var sorted = nodes.OrderBy(n => n.Name, StringComparer.Ordinal).ToLookup(n => Runs(n, version, data));
        return new NodeFit(
            [.. sorted[false]],
            [
                .. nodes
                    .Where(n => Lacks(n, line, version.ToString(), data))
                    .OrderBy(n => n.Name, StringComparer.Ordinal),
            ],
            [.. sorted[true]]
        );
    }

    /// <summary>Returns the nodes for people: how many, and the first of them.</summary>
    public static string Words(IReadOnlyList<GpuNode> nodes) =>
        string.Join(", ", nodes.Take(MostNames))
        + (
            nodes.Count > MostNames
                ? string.Create(CultureInfo.InvariantCulture, $" and {nodes.Count - MostNames} more")
                : ""
        );

    /// <summary>
    /// Tells whether a driver runs programs of a CUDA; null when that isn't known. It runs those of the CUDA that it
    /// was made for and older ones, and those of a newer minor of the same major.
    /// </summary>
    private static bool? Runs(GpuNode node, Version cuda, CudaLines data) =>
        node.Cuda >= cuda ? true
        : data.DriverFor(cuda.Major) is not { } oldest ? null
        : node.Driver is { } driver ? driver.IsAtLeast(oldest)
        : node.Cuda is { } made ? made.Major >= cuda.Major
        : null;

    private static bool Lacks(GpuNode node, string line, string cuda, CudaLines data) =>
        node.Gpu is { } gpu && data.CompiledFor(line, cuda, node.Architecture) is { } compiled && !compiled.Has(gpu);
}
