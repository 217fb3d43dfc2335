using System.Diagnostics;

namespace GemmaOperator.Runtime.Control;

/// <summary>Names the spans of reconciles: one each, <c>reconcile &lt;controller&gt;</c>.</summary>
public static class ReconcileTracing
{
    /// <summary>
    /// Names the <see cref="ActivitySource"/> that tracing listens to: the runtime's own, whoever uses it.
    /// </summary>
    public const string SourceName = "GemmaOperator.Runtime";

    internal static ActivitySource Source { get; } = new(SourceName);
}
