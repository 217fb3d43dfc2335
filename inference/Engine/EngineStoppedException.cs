namespace GemmaInference.Engine;

/// <summary>
/// Ends sequences that a stopping server can't finish. No <see cref="OperationCanceledException"/>: a channel completed
/// with one looks to its reader like a cancelled read, and an answer cut short like a whole one.
/// </summary>
internal sealed class EngineStoppedException() : Exception("the server stops");
