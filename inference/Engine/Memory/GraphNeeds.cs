using GemmaInference.Engine.Graphs;
using GemmaInference.Model;

namespace GemmaInference.Engine.Memory;

/// <summary>
/// Estimates the memory that graphs take beside what their steps take without them, in bytes, from above. libtorch
/// keeps what was freed on their stream for that stream alone, so that nothing is shared with other steps (decision
/// 33); and those must find as much as they take still free, or graphs are given up (<see cref="GraphMemory"/>).
/// </summary>
/// <param name="IsPacked">Whether all sequences share one call of attention.</param>
internal sealed record GraphNeeds(bool IsPacked)
{
    /// <summary>
    /// What the libraries of products keep for a stream: cuBLAS takes 32 MiB on Hopper, elsewhere 8, and cuBLASLt 1
    /// (<c>parseChosenWorkspaceSize</c> in PyTorch's <c>CublasHandlePool.cpp</c>); as much again for others.
    /// </summary>
    private const long OfLibraries = 64L << 20;

    /// <summary>A guess: what the driver keeps of one graph of some hundred to two thousand launches.</summary>
    private const long OfGraph = 4L << 20;

    /// <summary>
    /// There are graphs for 1, 2, 4, … rows, and what one has freed may be too small for the next: together they keep
    /// up to twice what the largest takes.
    /// </summary>
    private const int Sizes = 2;

    /// <summary>Estimates what doesn't depend on how many sequences there are.</summary>
    public long OfAll(GemmaConfig config, int context, int prefillTokens, int elementSize) =>
        OfLibraries
        + (DecodeGraphs.UsualMost * OfGraph)
        + Workspace.OfPrefill(config, prefillTokens, context, elementSize)
        + Workspace.OfScores(config);

    /// <summary>
    /// Estimates what each sequence adds: computed, drawn, its logits held; and what stays free for it.
    /// </summary>
    public long OfOne(GemmaConfig config, int context, int prefillTokens, int elementSize)
    {
        var copies = IsPacked ? 0 : Workspace.OfCopies(config, context, prefillTokens, elementSize);
        var computed = Workspace.OfPrefill(config, 1, context, elementSize) + copies + Workspace.OfSequence(config);
        return (Sizes * computed) + (4L * config.VocabSize) + FreeOfOne(config, copies);
    }

    /// <summary>Returns what must be free before a step that isn't a graph's, or graphs are given up.</summary>
    public long Free(GemmaConfig config, int slots, int context, int prefillTokens, int elementSize) =>
        Workspace.OfPrefill(config, prefillTokens, context, elementSize)
        + Workspace.OfScores(config)
        + (slots * FreeOfOne(config, IsPacked ? 0 : Workspace.OfCopies(config, context, prefillTokens, elementSize)));

    /// <summary>
    /// Decides whether graphs get memory: they don't where that would take half of the sequences or pages, or part of a
    /// usual context.
    /// </summary>
    /// <param name="plain">What fits without them.</param>
    /// <param name="shared">What fits with them, if anything does, and the context that was tried last.</param>
    /// <param name="trouble">Why they get none; null where they do.</param>
    public CacheSize Decide(
        CacheFacts facts,
        CacheSize plain,
        (CacheSize? Size, int Context) shared,
        out string? trouble
    )
    {
        var (size, context) = shared;
        var isEnough =
            size is not null
            && 2 * size.Slots >= plain.Slots
            && 2 * size.Pages >= plain.Pages
            && size.Context >= Math.Min(CacheSize.UsualContext, plain.Context);
        var needed =
            OfAll(facts.Config, context, facts.PrefillTokens, facts.ElementSize)
            + OfOne(facts.Config, context, facts.PrefillTokens, facts.ElementSize);
        trouble = isEnough
            ? null
            : $"graphs need {needed >> 20} MiB of their own, and beside them too little is left of "
                + $"{facts.Free >> 20} MiB for sequences of {context} tokens; choose a smaller MAX_CONTEXT";
        return isEnough ? size! : plain;
    }

    /// <summary>Takes half as much again for drawing: too little would be a wrong answer, not a slower one.</summary>
    private static long FreeOfOne(GemmaConfig config, long copies) => copies + (Workspace.OfSequence(config) * 3 / 2);
}
