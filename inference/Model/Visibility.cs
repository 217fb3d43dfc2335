using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Says which keys the queries of one step may see: a stretch of the context, and what to hide within it.
/// </summary>
/// <param name="Low">First position of the stretch.</param>
/// <param name="Length">Positions in the stretch.</param>
/// <param name="Mask">Zero or −∞ in the model's type, added to scores; null where nothing is hidden.</param>
internal sealed record Visibility(int Low, int Length, Tensor? Mask);
