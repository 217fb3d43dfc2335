using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Client;
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
public sealed class ControllerBuilder<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly InformerSet _informers;
    private readonly Tombstones<TEntity> _tombstones;
    private readonly Controller<TEntity> _controller;
    private readonly KubeResource _resource = KubeResource.Of<TEntity>();
    private Func<TEntity, TEntity, bool> _predicate = (_, _) => true;

    internal ControllerBuilder(
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
    internal IController Controller => _controller;

    /// <summary>Gets what the caches' progress is told to.</summary>
    internal WriteLedger Ledger { get; }

    /// <summary>Gets the keys that need work; the host disposes it.</summary>
    internal WorkQueue<ObjectKey> Queue { get; }

    /// <summary>Reconciles the owner (controller reference) of a child that changes.</summary>
    /// <param name="labelSelector">Which children to cache at all; the same for everyone who caches the kind.</param>
    public ControllerBuilder<TEntity> Owns<TChild>(string? labelSelector = null)
        where TChild : class, IKubernetesObject<V1ObjectMeta> => Watches<TChild>(OwnersOf, labelSelector);

    /// <summary>
    /// Reconciles what <paramref name="map"/> makes of an object that changes, of its state before and after.
    /// </summary>
    public ControllerBuilder<TEntity> Watches<TOther>(
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

    /// <summary>
    /// Reconciles as <see cref="Watches{TOther}"/> does, for kinds of which only names, labels and versions matter: no
    /// content is fetched.
    /// </summary>
    public ControllerBuilder<TEntity> WatchesMetadata<TOther>(
        Func<PartialObjectMetadata<TOther>, IEnumerable<ObjectKey>> map,
        string? labelSelector = null
    )
        where TOther : class, IKubernetesObject<V1ObjectMeta> => Watches(map, labelSelector);

    /// <summary>
    /// Skips changes of an entity of which <paramref name="matters"/>(before, after) says false; of several predicates
    /// all must say true. Appearing, vanishing, the resync, and changes of what the entity owns or watches always
    /// lead to a reconcile, and a pass that was skipped isn't made up for: whoever goes on after a write of its own
    /// must ask for it (<see cref="ReconciliationResult{TEntity}.Again"/>). Called on the watch's thread: be quick.
    /// </summary>
    public ControllerBuilder<TEntity> WithPredicate(Func<TEntity, TEntity, bool> matters)
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

    private IEnumerable<ObjectKey> OwnersOf<TChild>(TChild child)
        where TChild : class, IKubernetesObject<V1ObjectMeta> =>
        from owner in child.Metadata.OwnerReferences ?? []
        where owner.Controller == true && owner.Kind == _resource.Kind && GroupOf(owner.ApiVersion) == _resource.Group
        select new ObjectKey(child.Metadata.NamespaceProperty, owner.Name);

    private static string GroupOf(string apiVersion) =>
        apiVersion.IndexOf('/') is var slash and >= 0 ? apiVersion[..slash] : "";
}
