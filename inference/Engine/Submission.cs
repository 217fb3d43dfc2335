namespace GemmaInference.Engine;

/// <summary>Says what became of a submission.</summary>
internal enum Submission
{
    Accepted,
    QueueFull,
    Draining,
    NotReady,
}
