using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using WatchEventType = GemmaOperator.Runtime.Caching.WatchEventType;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Brings what a watch tells into a cache, late, twice or only with the next list.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="store">What happens.</param>
/// <param name="dice">By chance.</param>
/// <param name="plan">How late, and how often.</param>
internal sealed class SimFeed<T>(SimStore store, Dice dice, FaultPlan plan) : ISimFeed
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly List<Action<CacheChange<T>>> _told = [];
    private readonly List<Action<Type, ObjectKey>> _progressed = [];
    private (string Key, string Value)? _label;
    private int _at;
    private DateTime? _due;

    public ObjectCache<T> Cache { get; } = new();

    public Type EntityType => typeof(T);

    public IReadOnlyList<Unreadable> Unreadable => [];

    public IReadOnlyList<ReflectorHealth> Health => [];

    public Task Synced => Task.CompletedTask;

    public DateTime? Due
    {
        get
        {
            var events = store.EventsOf(typeof(T));
            return _at >= events.Count ? null : _due ??= events[_at].At + Delay();
        }
    }

    public void List()
    {
        Tell(Cache.Replace([.. store.List<T>().Where(IsSelected)], store.Version));
        (_at, _due) = (store.EventsOf(typeof(T)).Count, null);
    }

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
        resourceVersion is null ? Cache.Get(key.Namespace, key.Name) is null : Cache.HasSeen(key, resourceVersion);

    public void OnTurn(Action<string> turned) => throw new NotSupportedException();

    public void OnProgress(Action<Type, ObjectKey> progressed) => _progressed.Add(progressed);

    public Task RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Takes only what has a label; null: all.</summary>
    public void Select(string? labelSelector)
    {
        if (labelSelector?.Split('=') is [var key, var value])
        {
            _label = (key, value);
        }
    }

    /// <summary>Subscribes to what has changed in the cache.</summary>
    public void Subscribe(Action<CacheChange<T>> told) => _told.Add(told);

    private bool IsSelected(T item) =>
        _label is not { } label
        || (item.Metadata.Labels?.TryGetValue(label.Key, out var value) == true && value == label.Value);

    private void Apply(SimEvent line)
    {
        if (IsSelected((T)line.Object))
        {
            Tell(Cache.Apply(new WatchEvent<T>(line.Type, (T)line.Object, $"{line.Version}")));
        }
    }

    private void Tell(IReadOnlyList<CacheChange<T>> changes)
    {
        foreach (var change in changes)
        {
            _told.ForEach(told => told(change));
            _progressed.ForEach(progressed => progressed(typeof(T), change.Key));
        }
    }

    /// <summary>Mostly as good as none, now and then as long as it gets.</summary>
    private TimeSpan Delay()
    {
        var chance = dice.For($"lag {typeof(T).Name}");
        return chance.Next(4) > 0 ? TimeSpan.FromMilliseconds(50) : plan.Lag * chance.NextDouble();
    }
}
