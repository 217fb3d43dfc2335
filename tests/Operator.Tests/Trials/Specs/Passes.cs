using System.Collections.Concurrent;
using System.Diagnostics;
using GemmaOperator.Runtime.Control;

namespace Operator.Tests.Trials.Specs;

/// <summary>Counts the reconciles of each object of a namespace, by the spans that they leave.</summary>
internal sealed class Passes : IDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<long>> _ends = new(StringComparer.Ordinal);
    private readonly ActivityListener _listener;
    private readonly string _namespace;
    private int _count;

    public Passes(string ns)
    {
        _namespace = ns;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ReconcileTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Count,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Gets how many there were.</summary>
    public int All => Volatile.Read(ref _count);

    /// <summary>Returns the objects that were looked at more than once in the time that is just over.</summary>
    public IReadOnlyList<string> MoreThanOnceIn(TimeSpan window) =>
        [
            .. _ends
                .Select(e => (e.Key, Times: e.Value.Count(at => Stopwatch.GetElapsedTime(at) < window)))
                .Where(e => e.Times > 1)
                .Select(e => $"{e.Key} {e.Times} times"),
        ];

    public void Dispose() => _listener.Dispose();

    private void Count(Activity pass)
    {
        if ((string?)pass.GetTagItem("k8s.namespace.name") == _namespace)
        {
            Interlocked.Increment(ref _count);
            _ends
                .GetOrAdd($"{pass.GetTagItem("k8s.object.kind")} {pass.GetTagItem("k8s.object.name")}", _ => [])
                .Enqueue(Stopwatch.GetTimestamp());
        }
    }
}
