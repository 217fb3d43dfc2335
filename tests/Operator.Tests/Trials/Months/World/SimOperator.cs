using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using k8s;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// One life of the operator: the product's reconcilers, run one at a time, in simulated time, as its controllers would.
/// </summary>
internal sealed class SimOperator : IDisposable
{
    /// <summary>Is an hour in a cluster; four save most of a quiet month's work.</summary>
    private static readonly TimeSpan Resync = TimeSpan.FromHours(4);

    private readonly SimTime _time;
    private readonly SimApi _api;
    private readonly SimParts _parts;
    private readonly BuildSlots _slots;
    private readonly WriteLedger _ledger;
    private readonly Dictionary<(bool IsBuild, ObjectKey Key), DateTime> _due = [];
    private readonly Dictionary<(bool IsBuild, ObjectKey Key), int> _failures = [];
    private readonly List<(bool IsBuild, IKubernetesObject<V1ObjectMeta> Last)> _gone = [];
    private readonly List<string> _faults;

    public SimOperator(
        SimStore store,
        SimRegistry registry,
        SimFaults faults,
        Dice dice,
        FaultPlan plan,
        SimTime time,
        List<string> broken
    )
    {
        (_time, _faults) = (time, broken);
        _api = new SimApi(store, faults, Life);
        var status = new StatusWriter(_api);
        Caches = new SimCaches(store, dice, plan, o => HasWritten(status, o), Wake);
        foreach (var feed in Caches.Feeds)
        {
            feed.List();
        }

        _slots = new BuildSlots(4, Caches.Jobs, time);
        _parts = new SimParts(_api, Caches, registry.ClientOf(Life, faults), status, _slots, time);
        _ledger = new WriteLedger(
            kind => Caches.Feeds.FirstOrDefault(f => f.EntityType == kind),
            TimeSpan.FromSeconds(3),
            time,
            _ => { }
        );
        foreach (var key in Caches.Images.List().Select(ObjectKey.Of))
        {
            _due[(false, key)] = time.Now;
        }

        foreach (var key in Caches.Builds.List().Select(ObjectKey.Of))
        {
            _due[(true, key)] = time.Now;
        }
    }

    public SimLife Life { get; } = new();

    public SimCaches Caches { get; }

    /// <summary>Gets how many reconciles there were of each object.</summary>
    public int Reconciles { get; private set; }

    /// <summary>Gets when it has something to do next (UTC).</summary>
    public DateTime? Next => Caches.Feeds.Select(f => f.Due).Concat(_due.Values.Select(d => (DateTime?)d)).Min();

    /// <summary>
    /// Does what is due. Returns the reconcile that waits for a write of its own to arrive; null when none does.
    /// </summary>
    public async Task<Task?> StepAsync()
    {
        while (Caches.Feeds.Where(f => f.Due <= _time.Now).MinBy(f => f.Due) is { } feed)
        {
            feed.Take();
        }

        foreach (var (isBuild, last) in _gone.ToList())
        {
            _gone.RemoveAt(0);
            await (isBuild ? _parts.DeletedAsync((GemmaBuild)last) : _parts.DeletedAsync((GemmaBaseImage)last));
        }

        var due = _due.Where(d => d.Value <= _time.Now).Select(d => d.Key).ToList();
        foreach (var key in due.OrderBy(k => k.IsBuild).ThenBy(k => k.Key.Name, StringComparer.Ordinal))
        {
            if (Life.IsDead)
            {
                return null;
            }

            _due.Remove(key);
            if (_ledger.MustWait(key.Key with { Name = $"{key.IsBuild} {key.Key.Name}" }) is { } wait)
            {
                Ask(key, wait < TimeSpan.FromMilliseconds(500) ? wait : TimeSpan.FromMilliseconds(500));
                continue;
            }

            var run = RunAsync(key);
            if (await Task.WhenAny(run, Life.HeldUp) != run)
            {
                return run;
            }

            await run;
        }

        return null;
    }

    public void Dispose() => _parts.Dispose();

    private static bool HasWritten(StatusWriter status, IKubernetesObject<V1ObjectMeta> seen) =>
        status.HasWritten(seen);

    private void Wake(bool isBuild, ObjectKey key, IKubernetesObject<V1ObjectMeta>? gone)
    {
        if (gone is not null)
        {
            _gone.Add((isBuild, gone));
        }

        Ask((isBuild, key), TimeSpan.Zero);
        if (isBuild)
        {
            foreach (var next in _slots?.Next() ?? [])
            {
                Ask((true, next), TimeSpan.Zero);
            }
        }
    }

    private void Ask((bool, ObjectKey) key, TimeSpan after)
    {
        var at = _time.Now + after;
        _due[key] = _due.TryGetValue(key, out var known) && known < at ? known : at;
    }

    private async Task RunAsync((bool IsBuild, ObjectKey Key) key)
    {
        Reconciles++;
        _api.Writes.Clear();
        TimeSpan? again = null;
        try
        {
            again = await _parts.ReconcileAsync(key.IsBuild, key.Key);
            _failures.Remove(key);
        }
        catch (Exception e) when (Life.IsDead || !Life.Leads || e is LeadershipLostException)
        {
            return;
        }
        catch (Exception e)
        {
            if (e is not KubeApiException)
            {
                _faults.Add($"an exception at {key.Key}: {e}");
            }

            var failed = _failures[key] = _failures.GetValueOrDefault(key) + 1;
            again =
                (e as KubeApiException)?.RetryAfter ?? TimeSpan.FromSeconds(Math.Min(300, 1 << Math.Min(failed, 9)));
        }

        _ledger.Remember(key.Key with { Name = $"{key.IsBuild} {key.Key.Name}" }, [.. _api.Writes]);
        if (_parts.Exists(key.IsBuild, key.Key))
        {
            Ask(key, again is { } wait && wait < Resync ? wait : Resync);
        }
    }
}
