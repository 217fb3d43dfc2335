namespace GemmaInference.Engine;

/// <summary>Says why a sequence ended.</summary>
internal enum FinishReason
{
    Stop,
    Length,
    Cancelled,
}
