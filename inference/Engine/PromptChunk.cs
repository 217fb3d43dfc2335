using GemmaInference.Model;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>Holds a piece of a prompt that a step reads.</summary>
/// <param name="IsSampled">Whether it is the prompt's last, and a token is wanted after it.</param>
/// <param name="Scored">The tokens after the piece's own, which are scored; empty where nobody asks for it.</param>
/// <param name="Next">The same on the device; null where there are none.</param>
internal sealed record PromptChunk(
    Sequence Sequence,
    StepPlan Plan,
    bool IsSampled,
    IReadOnlyList<int> Scored,
    Tensor? Next
);
