using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Control;

/// <summary>
/// Keeps the last states of entities that are gone and whose end hasn't been dealt with. A standby keeps only those of
/// the last minutes, for the case that the leader dies before it has dealt with them: over weeks they would fill the
/// memory.
/// </summary>
internal sealed class Tombstones<TEntity>(TimeProvider time)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Bounds what a standby keeps: longer than any lease, and than a reconcile may take.</summary>
    public static readonly TimeSpan StandbyKeeps = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, List<(TEntity Last, long At)>> _gone = [];
    private long _swept = time.GetTimestamp();

    /// <summary>Gets the names with something to deal with.</summary>
    public IReadOnlyList<ObjectKey> Keys
    {
        get
        {
            lock (_gate)
            {
                return [.. _gone.Keys];
            }
        }
    }

    /// <param name="key">Its name.</param>
    /// <param name="last">How it was last seen.</param>
    /// <param name="isStandby">Nobody in this process deals with it now.</param>
    public void Add(ObjectKey key, TEntity last, bool isStandby)
    {
        lock (_gate)
        {
            if (isStandby)
            {
                SweepLocked();
            }

            if (!_gone.TryGetValue(key, out var states))
            {
                _gone.Add(key, states = []);
            }

            states.Add((last, time.GetTimestamp()));
        }
    }

    /// <summary>
    /// Returns the last states of a name, oldest first; several when it was used again in the meantime.
    /// </summary>
    public IReadOnlyList<TEntity> Of(ObjectKey key)
    {
        lock (_gate)
        {
            return _gone.TryGetValue(key, out var states) ? [.. states.Select(s => s.Last)] : [];
        }
    }

    public void Remove(ObjectKey key, TEntity last)
    {
        lock (_gate)
        {
            if (_gone.TryGetValue(key, out var states))
            {
                states.RemoveAll(s => ReferenceEquals(s.Last, last));
                DropIfEmpty(key, states);
            }
        }
    }

    /// <summary>
    /// Forgets what is too old. All are looked at, so not on every call: some stay for up to twice the time.
    /// </summary>
    private void SweepLocked()
    {
        if (time.GetElapsedTime(_swept) < StandbyKeeps)
        {
            return;
        }

        _swept = time.GetTimestamp();
        foreach (var (key, states) in _gone.ToList())
        {
            states.RemoveAll(s => time.GetElapsedTime(s.At) >= StandbyKeeps);
            DropIfEmpty(key, states);
        }
    }

    private void DropIfEmpty(ObjectKey key, List<(TEntity Last, long At)> states)
    {
        if (states.Count == 0)
        {
            _gone.Remove(key);
        }
    }
}
