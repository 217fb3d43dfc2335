namespace GemmaInference.Engine;

/// <summary>Why a sequence ended.</summary>
internal enum FinishReason
{
    Stop,
    Length,
    Cancelled,
}
