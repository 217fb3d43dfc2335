using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Runtime.Caching;

/// <summary>Holds one line of a watch.</summary>
/// <param name="Type">What it says.</param>
/// <param name="Object">Set for Added, Modified and Deleted.</param>
/// <param name="ResourceVersion">Where the watch stands after it; null for errors.</param>
/// <param name="Error">Set for errors.</param>
internal sealed record WatchEvent<T>(WatchEventType Type, T? Object, string? ResourceVersion, V1Status? Error = null)
    where T : class
{
    /// <summary>Gets what there is instead of the object, when it can't be read as T.</summary>
    public Unreadable? Unreadable { get; init; }
}
