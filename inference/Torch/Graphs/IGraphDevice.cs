namespace GemmaInference.Torch.Graphs;

/// <summary>
/// Records what operators do, and does it again with one call, on the numbers that then lie in the same memory. All of
/// it happens on a stream of its own, between <see cref="Enter"/> and <see cref="Leave"/>, and nothing else does: what
/// a recorded operator used and freed is so used again by other recorded ones alone.
/// </summary>
internal interface IGraphDevice : IDisposable
{
    /// <summary>Gets how many launches the last recorded work is; 0 where nobody counts.</summary>
    long Launches { get; }

    /// <summary>Waits for what was computed so far, and lets this thread's operators use the stream.</summary>
    /// <exception cref="TorchException">The device failed.</exception>
    void Enter();

    /// <summary>Waits for the stream, and lets this thread's operators use the one that they used before.</summary>
    /// <exception cref="TorchException">The device failed.</exception>
    void Leave();

    /// <summary>Records work, whose operators needn't be carried out meanwhile.</summary>
    /// <returns>What <see cref="Launch"/> takes.</returns>
    /// <exception cref="GraphException">It can't be recorded; the stream can be used as before.</exception>
    nint Capture(Action work);

    /// <summary>Does the work once more.</summary>
    /// <exception cref="GraphException">It can't be launched.</exception>
    void Launch(nint graph);

    void Free(nint graph);
}
