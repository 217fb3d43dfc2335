using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Caching;

/// <summary>Says that a watch ended before its time.</summary>
internal sealed class WatchBrokenException(KubeApiException cause, string resourceVersion)
    : Exception(cause.Message, cause)
{
    public KubeApiException Cause => cause;

    /// <summary>Gets the last version that was seen: where to go on.</summary>
    public string ResourceVersion => resourceVersion;
}
