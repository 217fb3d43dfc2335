using GemmaInference.Model;

namespace GemmaInference.Engine.Memory;

/// <summary>
/// Estimates the memory that a step takes beside weights and cache, in bytes, from above: what isn't left free would be
/// missing in the middle of the first long prompt.
/// </summary>
internal static class Workspace
{
    /// <summary>
    /// Estimates sampling, which sorts: numbers, their places as 64 bits, and sums of both, per token of the
    /// vocabulary.
    /// </summary>
    private const long SamplingBytes = 40;

    /// <summary>How many tokens of a prompt are scored at once: their logits are of the whole vocabulary.</summary>
    public const int ScoredRows = 32;

    /// <summary>Estimates what a chunk of a prompt takes at the end of a full context.</summary>
    public static long OfPrefill(GemmaConfig config, int tokens, int context, int elementSize)
    {
        long sums = 4L * 4 * config.HiddenSize;
        long heads =
            3L
            * Math.Max(
                (config.Heads + (2 * config.KvHeads)) * config.HeadDim,
                (config.Heads + (2 * config.GlobalKvHeads)) * config.GlobalHeadDim
            )
            * elementSize;
        long mlp = 4L * config.IntermediateSize * (config.DoubleWide ? 2 : 1) * elementSize;
        long told = 3L * 4 * config.Layers * config.PerLayerSize;
        long experts = config.Experts is { } shape
            ? shape.Chosen
                * ((3L * (4 + elementSize) * config.HiddenSize) + (4L * shape.IntermediateSize * elementSize))
            : 0;
        // Two masks with what they are made of; scores exist only where no fused attention can be used.
        long masks = 2L * (elementSize + 3) * (config.Heads / Math.Min(config.KvHeads, config.GlobalKvHeads)) * context;
        long scores = config.AttentionCap is null ? 0 : (8L + elementSize) * config.Heads * context;
        return tokens * (sums + heads + mlp + told + experts + masks + scores);
    }

    /// <summary>
    /// Estimates what scoring a prompt takes: a piece's logits in the model's type and in float32, and their
    /// logarithms.
    /// </summary>
    public static long OfScores(GemmaConfig config) => 12L * ScoredRows * config.VocabSize;

    /// <summary>Estimates what each sequence takes that decodes.</summary>
    public static long OfSequence(GemmaConfig config) => SamplingBytes * config.VocabSize;
}
