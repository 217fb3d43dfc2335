using System.Collections.Concurrent;
using System.Diagnostics;
using GemmaOperator.Runtime.Control;

namespace Benchmarks.Fleet;

/// <summary>Counts reconciles by their spans, which costs the operator less than an export of its metrics.</summary>
internal sealed class ReconcileCount : IDisposable
{
    private readonly ConcurrentDictionary<string, int> _ended = new(StringComparer.Ordinal);
    private readonly ActivityListener _listener;

    public ReconcileCount()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ReconcileTracing.SourceName,
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = span => _ended.AddOrUpdate(span.OperationName, 1, (_, count) => count + 1),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Reconciles of one controller that have ended.</summary>
    public int this[string controller] => _ended.GetValueOrDefault($"reconcile {controller}");

    public void Dispose() => _listener.Dispose();
}
