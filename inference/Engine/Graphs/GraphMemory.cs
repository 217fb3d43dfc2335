namespace GemmaInference.Engine.Graphs;

/// <summary>
/// Judges whether what is computed beside graphs may make libtorch run out of memory. It would then give back to CUDA
/// what it keeps of each stream and sees used by nobody, which graphs may write to all the same.
/// </summary>
/// <param name="free">Returns the bytes free on the device.</param>
/// <param name="needed">Bytes that a step takes at most.</param>
internal sealed class GraphMemory(Func<long> free, long needed)
{
    /// <summary>Returns what is wrong; null where memory suffices.</summary>
    public string? Trouble()
    {
        var left = free();
        return left >= needed
            ? null
            : $"{left >> 20} MiB of the GPU are free, and a step may take {needed >> 20} MiB; set both MAX_CONTEXT "
                + "and MAX_SLOTS, smaller than they are now (max_model_len and num_slots in /metrics)";
    }
}
