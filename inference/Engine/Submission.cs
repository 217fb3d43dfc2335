namespace GemmaInference.Engine;

/// <summary>What became of a submission.</summary>
internal enum Submission
{
    Accepted,
    QueueFull,
    Draining,
    NotReady,
}
