using GemmaInference.Model;
using GemmaInference.Torch;
using GemmaInference.Torch.Graphs;

namespace GemmaInference.Engine.Graphs;

/// <summary>Decides whether a model's steps are recorded as graphs.</summary>
internal static class GraphChoice
{
    /// <summary>Returns null where they aren't, and why.</summary>
    /// <param name="isWanted">Whether <c>CUDA_GRAPHS</c> allows it.</param>
    public static IGraphDevice? Open(bool isWanted, GemmaConfig config, Device device, out string? trouble)
    {
        trouble = Trouble(isWanted, config);
        return trouble is null ? GraphSupport.Open(device, out trouble) : null;
    }

    internal static string? Trouble(bool isWanted, GemmaConfig config) =>
        !isWanted ? "CUDA_GRAPHS is off"
        : config.IsBidirectional ? "the model embeds texts"
        : config.Experts is not null ? "the host waits for each layer's choice of experts"
        : null;
}
