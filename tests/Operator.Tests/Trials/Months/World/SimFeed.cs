using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using WatchEventType = GemmaOperator.Runtime.Caching.WatchEventType;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Brings what a watch tells into a cache, late, twice or only with the next list.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="store">What happens.</param>
/// <param name="cache">Where it is to be seen.</param>
/// <param name="told">Told of what has changed in the cache.</param>
/// <param name="dice">By chance.</param>
/// <param name="plan">How late, and how often.</param>
internal sealed class SimFeed<T>(
    SimStore store,
    ObjectCache<T> cache,
    Action<CacheChange<T>> told,
    Dice dice,
    FaultPlan plan
) : ISimFeed
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private int _at;
    private DateTime? _due;

    public Type EntityType => typeof(T);

    public IReadOnlyList<Unreadable> Unreadable => [];

    public IReadOnlyList<ReflectorHealth> Health => throw new NotSupportedException();

    public void OnTurn(Action<string> turned) => throw new NotSupportedException();

    public Task Synced => Task.CompletedTask;

    /// <summary>Gets when the next line arrives (UTC); null while there is none.</summary>
    public DateTime? Due
    {
        get
        {
            var events = store.EventsOf(typeof(T));
            return _at >= events.Count ? null : _due ??= events[_at].At + Delay();
        }
    }

    /// <summary>Lists: what happened in between is never told.</summary>
    public void List()
    {
        foreach (var change in cache.Replace(store.List<T>(), store.Version))
        {
            told(change);
        }

        (_at, _due) = (store.EventsOf(typeof(T)).Count, null);
    }

    /// <summary>Takes the next line.</summary>
    public void Take()
    {
        var events = store.EventsOf(typeof(T));
        var chance = dice.For($"watch {typeof(T).Name}").NextDouble();
        if (chance < plan.Watches / 2)
        {
            List();
            return;
        }

        // What waits behind a late line arrives with it.
        var now = Due!.Value;
        do
        {
            Apply(events[_at]);
            if (chance < plan.Watches)
            {
                Apply(events[_at]);
            }

            _at++;
        } while (_at < events.Count && events[_at].At <= now && plan.Lag > TimeSpan.FromSeconds(1));
        _due = null;
    }

    public bool HasSeen(ObjectKey key, string? resourceVersion) =>
        resourceVersion is null ? cache.Get(key.Namespace, key.Name) is null : cache.HasSeen(key, resourceVersion);

    public void OnProgress(Action<Type, ObjectKey> progressed) => throw new NotSupportedException();

    public Task RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Apply(SimEvent line)
    {
        var version = $"{line.Version}";
        foreach (var change in cache.Apply(new WatchEvent<T>(line.Type, (T)line.Object, version)))
        {
            told(change);
        }
    }

    /// <summary>Mostly as good as none, now and then as long as it gets.</summary>
    private TimeSpan Delay()
    {
        var chance = dice.For($"lag {typeof(T).Name}");
        return chance.Next(4) > 0 ? TimeSpan.FromMilliseconds(50) : plan.Lag * chance.NextDouble();
    }
}
