using GemmaInference.Torch;

namespace GemmaInference.Model.Packed;

/// <summary>
/// Says which rows of a step see what, for one call of attention over all sequences, each of its own length.
/// </summary>
/// <param name="QueryStarts">[sequences + 1], Int32: each one's first token in the step, and their number.</param>
/// <param name="KeyStarts">[sequences + 1], Int32: each one's first row in the cache; the last says nothing.</param>
/// <param name="Used">[sequences], Int32: how many rows from there on are seen, the step's own among them.</param>
/// <param name="MostQueries">Bounds the tokens of a sequence in the step.</param>
/// <param name="MostKeys">Bounds <paramref name="Used"/>.</param>
/// <param name="Window">Keys that a token sees, itself included; null for all.</param>
/// <param name="IsCausal">Whether a token sees none after it.</param>
internal sealed record PackedCall(
    Tensor QueryStarts,
    Tensor KeyStarts,
    Tensor Used,
    int MostQueries,
    int MostKeys,
    int? Window,
    bool IsCausal
);
