using System.Runtime.InteropServices;

namespace GemmaInference.Torch.Graphs;

/// <summary>Reports that work can't be recorded or launched as a graph; it can be computed as usual.</summary>
/// <param name="step">The function or operator that failed.</param>
/// <param name="reason">In CUDA's or libtorch's own words.</param>
internal sealed class GraphException(string step, string reason, Exception? cause = null)
    : ExternalException($"{step}: {reason}", cause);
