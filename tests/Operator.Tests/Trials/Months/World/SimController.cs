using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// Runs one of the operator's controllers in simulated time, one key at a time: what wakes it, its own writes that it
/// waits for, and what comes again when, are as with the runtime's.
/// </summary>
/// <typeparam name="TEntity">The kind.</typeparam>
internal sealed class SimController<TEntity> : ISimController, IControllerBuilder<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Is an hour in a cluster; four save most of a quiet month's work.</summary>
    private static readonly TimeSpan Resync = TimeSpan.FromHours(4);

    /// <summary>Is more than the latest cache takes, with the runtime's own pauses in between.</summary>
    private const int MostInARow = 40;

    private readonly ControllerOptions _options = new();
    private readonly SimHost _host;
    private readonly SimFeed<TEntity> _feed;
    private readonly Tombstones<TEntity> _tombstones;
    private readonly Reconciler<TEntity> _reconciler;
    private readonly WriteLedger _ledger;
    private readonly Dictionary<ObjectKey, DateTime> _due = [];
    private readonly Dictionary<ObjectKey, int> _failures = [];
    private readonly Dictionary<ObjectKey, int> _inARow = [];
    private Func<TEntity, TEntity, bool> _predicate = (_, _) => true;

    public SimController(SimHost host, IEntityController<TEntity> controller)
    {
        _host = host;
        _feed = host.Feed<TEntity>();
        _tombstones = new Tombstones<TEntity>(host.Time);
        _reconciler = new Reconciler<TEntity>(controller, _feed.Cache, _tombstones);
        _ledger = new WriteLedger(
            host.InformerOf,
            _options.ReadYourWritesBound,
            host.Time,
            key => Ask(key, TimeSpan.Zero)
        );
        _feed.Subscribe(OnChange);
    }

    public DateTime? Due => _due.Count > 0 ? _due.Values.Min() : null;

    public void AddAll()
    {
        foreach (var key in _feed.Cache.List().Select(ObjectKey.Of))
        {
            Ask(key, TimeSpan.Zero);
        }
    }

    public void Progressed(Type kind, ObjectKey written) => _ledger.Progressed(kind, written);

    public ObjectKey? Take()
    {
        while (
            _due.Where(d => d.Value <= _host.Time.Now).Select(d => d.Key).OrderBy(k => k.Name, StringComparer.Ordinal)
                is var due
            && due.FirstOrDefault() is { Name: not null } key
        )
        {
            _due.Remove(key);
            if (_ledger.MustWait(key) is not { } wait)
            {
                return key;
            }

            Ask(key, wait);
        }

        return null;
    }

    public async Task RunAsync(ObjectKey key)
    {
        _host.Api.Writes.Clear();
        var attempt = await AttemptAsync(key);
        if (attempt is null)
        {
            return;
        }

        _ledger.Remember(key, [.. _host.Api.Writes]);
        if (attempt.AsksForMore)
        {
            var passes = _inARow[key] = _inARow.GetValueOrDefault(key) + 1;
            if (passes > MostInARow)
            {
                _host.Broken($"{key} asked for another pass {passes} times in a row");
            }

            Ask(key, passes > _options.PassesInARow ? Backoff(key) : TimeSpan.Zero);
            return;
        }

        _inARow.Remove(key);
        if (attempt.Outcome == AttemptOutcome.Success)
        {
            _failures.Remove(key);
        }

        if (_feed.Cache.Get(key.Namespace, key.Name) is not null || _tombstones.Of(key).Count > 0)
        {
            var again = attempt.RequeueAfter ?? (attempt.Outcome == AttemptOutcome.Success ? Resync : Backoff(key));
            Ask(key, again < Resync ? again : Resync);
        }
    }

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
        _host
            .Feed<TOther>(labelSelector)
            .Subscribe(change =>
            {
                foreach (var key in Map(change.Old).Concat(Map(change.New)))
                {
                    Ask(key, TimeSpan.Zero);
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

    /// <summary>Returns how an attempt ended; null when this life of the operator ended with it.</summary>
    private async Task<Attempt?> AttemptAsync(ObjectKey key)
    {
        try
        {
            var attempt = Attempt.Of(await _reconciler.RunAsync(key, CancellationToken.None));
            if (attempt is { Outcome: AttemptOutcome.Failure, Error: { } error })
            {
                await TellAsync(key, error);
            }

            return attempt;
        }
        catch (Exception e) when (!_host.Life.Leads || e is LeadershipLostException)
        {
            return null;
        }
        catch (Exception e)
        {
            if (e is not KubeApiException)
            {
                _host.Broken($"an exception at {key}: {e}");
            }

            await TellAsync(key, e);
            return new Attempt(AttemptOutcome.Failure, (e as KubeApiException)?.RetryAfter, e.Message, e);
        }
    }

    private async Task TellAsync(ObjectKey key, Exception error)
    {
        try
        {
            await _reconciler.TellAsync(key, error, CancellationToken.None);
        }
        catch (Exception e) when (e is KubeApiException or LeadershipLostException)
        {
            // It is told with the next attempt.
        }
    }

    private TimeSpan Backoff(ObjectKey key)
    {
        var failed = _failures[key] = _failures.GetValueOrDefault(key) + 1;
        return TimeSpan.FromSeconds(Math.Min(300, 1 << Math.Min(failed, 9)));
    }

    private void OnChange(CacheChange<TEntity> change)
    {
        if (change is { New: null, Old: { } gone })
        {
            _tombstones.Add(change.Key, gone, isStandby: false);
        }
        else if (change is { Old: { } old, New: { } now } && !_predicate(old, now))
        {
            return;
        }

        Ask(change.Key, TimeSpan.Zero);
    }

    private void Ask(ObjectKey key, TimeSpan after)
    {
        var at = _host.Time.Now + after;
        _due[key] = _due.TryGetValue(key, out var known) && known < at ? known : at;
    }
}
