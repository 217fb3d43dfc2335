using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Metrics;
using GemmaOperator.Runtime.Queueing;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Host;

/// <summary>
/// Says which changes lead to which reconciles of one controller. What is said takes effect at once and runs with the
/// host; after its start there is nothing to be said any more.
/// </summary>
internal sealed class ControllerBuilder<TEntity> : IControllerBuilder<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly InformerSet _informers;
    private readonly Tombstones<TEntity> _tombstones;
    private readonly Controller<TEntity> _controller;
    private Func<TEntity, TEntity, bool> _predicate = (_, _) => true;

    public ControllerBuilder(
        IEntityController<TEntity> controller,
        string name,
        ControllerOptions options,
        InformerSet informers,
        Func<string?, bool> isOpen,
        RuntimeMetrics metrics,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        _informers = informers;
        _tombstones = new Tombstones<TEntity>(time);
        var observer = metrics.For(name);
        var informer = informers.Get<TEntity>();
        var retries = new TokenBucket(options.RetriesPerSecond, options.RetryBurst, time);
        Queue = new WorkQueue<ObjectKey>(
            time,
            Backoff.PerKey,
            retries,
            observer,
            groupOf: key => key.Namespace ?? "",
            mostOfGroup: options.MostOfOneNamespace ?? int.MaxValue
        );
        metrics.Follow(name, () => Queue.Processing().Select(p => p.For));
        Ledger = new WriteLedger(
            informers.ThatSees,
            options.ReadYourWritesBound,
            time,
            key => Queue.Add(key, Lane.Change)
        );
        _controller = new Controller<TEntity>(
            name,
            new Reconciler<TEntity>(controller, informer.Cache, _tombstones),
            informer.Cache,
            _tombstones,
            Queue,
            Ledger,
            isOpen,
            options,
            observer,
            time,
            loggers.CreateLogger($"GemmaOperator.Runtime.{name}")
        );
        informer.Subscribe(OnChange);
    }

    /// <summary>Gets what the host runs.</summary>
    public IController Controller => _controller;

    /// <summary>Gets what the caches' progress is told to.</summary>
    public WriteLedger Ledger { get; }

    /// <summary>Gets the keys that need work; the host disposes it.</summary>
    public WorkQueue<ObjectKey> Queue { get; }

    /// <inheritdoc/>
    public IControllerBuilder<TEntity> Owns<TChild>(string? labelSelector = null)
        where TChild : class, IKubernetesObject<V1ObjectMeta> => Watches<TChild>(OwnerKeys.Of<TEntity>, labelSelector);

    /// <inheritdoc/>
    public IControllerBuilder<TEntity> Watches<TOther>(
        Func<TOther, IEnumerable<ObjectKey>> map,
        string? labelSelector = null
    )
        where TOther : class, IKubernetesObject<V1ObjectMeta>
    {
        _informers
            .Get<TOther>(labelSelector)
            .Subscribe(change =>
            {
                foreach (var key in _controller.IsWorking ? Map(change.Old).Concat(Map(change.New)) : [])
                {
                    Queue.Add(key, Lane.Change);
                }
            });
        return this;

        IEnumerable<ObjectKey> Map(TOther? other) => other is null ? [] : map(other);
    }

    /// <inheritdoc/>
    public IControllerBuilder<TEntity> WatchesMetadata<TOther>(
        Func<PartialObjectMetadata<TOther>, IEnumerable<ObjectKey>> map,
        string? labelSelector = null
    )
        where TOther : class, IKubernetesObject<V1ObjectMeta> => Watches(map, labelSelector);

    /// <inheritdoc/>
    public IControllerBuilder<TEntity> WithPredicate(Func<TEntity, TEntity, bool> matters)
    {
        var before = _predicate;
        _predicate = (old, now) => before(old, now) && matters(old, now);
        return this;
    }

    private void OnChange(CacheChange<TEntity> change)
    {
        if (change is { New: null, Old: { } gone })
        {
            _tombstones.Add(change.Key, gone, isStandby: !_controller.IsWorking);
        }
        else if (change is { Old: { } old, New: { } now } && !_predicate(old, now))
        {
            return;
        }

        if (_controller.IsWorking)
        {
            Queue.Add(change.Key, Lane.Change);
        }
    }
}
