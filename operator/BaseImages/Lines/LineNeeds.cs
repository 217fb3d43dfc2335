using GemmaOperator.Api.Lines;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Cluster.Gpus;

namespace GemmaOperator.BaseImages.Lines;

/// <summary>Holds what a line of PyTorch must fit, as far as it is known.</summary>
/// <param name="Nodes">Nodes on which the pods may run, and which say what driver they have; none when unknown.</param>
/// <param name="Silent">Others on which they may run, which don't.</param>
/// <param name="Server">Label of the server image; null when it binds nothing, or isn't known.</param>
/// <param name="Data">What is known of CUDA.</param>
internal sealed record LineNeeds(
    IReadOnlyList<GpuNode> Nodes,
    IReadOnlyList<GpuNode> Silent,
    string? Server,
    CudaLines Data
)
{
    /// <summary>Gets whether a server image is put onto the base, which must be for its PyTorch.</summary>
    public bool HasServer { get; init; } = true;

    /// <summary>Gets those of whom nothing is known.</summary>
    public static LineNeeds Unknown { get; } = new([], [], null, CudaLines.Shipped);

    /// <summary>Gets whether anything is known that a line must fit.</summary>
    public bool AreKnown => Nodes.Count > 0 || Range is not null;

    private LibtorchRange? Range { get; } = Server is null ? null : LibtorchRange.Parse(Server);

    /// <summary>
    /// Gathers them. Other engines are in the base and bind nothing; so does a server image that no build has looked at
    /// yet.
    /// </summary>
    /// <param name="s">What was observed.</param>
    /// <param name="libtorch">The label of the server image, as the status has it.</param>
    public static LineNeeds Of(ImageSnapshot s, string? libtorch)
    {
        var nodes = ServedNodes.Of(s).ToLookup(n => n.TellsDriver);
        return new LineNeeds([.. nodes[true]], [.. nodes[false]], libtorch, CudaLines.Shipped)
        {
            HasServer = s.Inputs is not BuildRequest.Known { Template.Application: not { ServerImage.Length: > 0 } },
        };
    }

    /// <summary>Tells whether the server runs on a version, or nobody says that it doesn't.</summary>
    public bool IsForServer(Version pytorch) => Range?.Holds(pytorch.ToString()) != false;

    /// <summary>Gets whether the server says on what it runs.</summary>
    public bool KnowsServer => Range is not null;

    /// <summary>Judges the nodes for a pair.</summary>
    /// <param name="line">Line of PyTorch's own binaries; empty for others'.</param>
    /// <param name="cuda">CUDA.</param>
    public NodeFit FitOf(string line, string cuda) => NodeFit.Of(Nodes, line, cuda, Data);
}
