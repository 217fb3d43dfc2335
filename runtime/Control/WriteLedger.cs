using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Control;

/// <summary>
/// Lets a controller read its own writes: remembers what a key's last reconcile wrote until the caches have seen it, so
/// that the next one doesn't decide on a state from before its own work. A key that must wait gives its worker back.
/// </summary>
/// <param name="informerOf">The informer of a kind, or null when nobody caches it.</param>
/// <param name="bound">Longest wait: a cache that lags further behind is a matter of its own.</param>
/// <param name="time">Monotonic time.</param>
/// <param name="wake">Called, without locks held, when a key needn't wait any longer.</param>
internal sealed class WriteLedger(
    Func<Type, IInformer?> informerOf,
    TimeSpan bound,
    TimeProvider time,
    Action<ObjectKey> wake
)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, Pending> _pending = [];
    private readonly Dictionary<(Type Kind, ObjectKey Written), HashSet<ObjectKey>> _waiting = [];

    /// <summary>Keys with writes that a cache hasn't seen.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>Notes what the reconcile of <paramref name="key"/> wrote.</summary>
    public void Remember(ObjectKey key, IEnumerable<Write> writes)
    {
        lock (_gate)
        {
            foreach (var write in writes)
            {
                if (informerOf(write.Kind) is not { } informer || informer.HasSeen(write.Key, write.ResourceVersion))
                {
                    continue;
                }

                if (!_pending.TryGetValue(key, out var pending))
                {
                    _pending.Add(key, pending = new Pending(time.GetTimestamp()));
                }

                pending.Writes[(informer.EntityType, write.Key)] = (informer, write.ResourceVersion);
                WaitersFor((informer.EntityType, write.Key)).Add(key);
            }
        }
    }

    /// <summary>Returns how long the key must still wait at most; null: it may go on.</summary>
    public TimeSpan? MustWait(ObjectKey key)
    {
        lock (_gate)
        {
            if (!_pending.TryGetValue(key, out var pending))
            {
                return null;
            }

            Settle(key, pending);
            var left = bound - time.GetElapsedTime(pending.Since);
            if (pending.Writes.Count == 0 || left <= TimeSpan.Zero)
            {
                Forget(key, pending);
                return null;
            }

            pending.IsParked = true;
            return left;
        }
    }

    /// <summary>Notes that a cache has taken over a change.</summary>
    public void Progressed(Type kind, ObjectKey written)
    {
        List<ObjectKey>? ready = null;
        lock (_gate)
        {
            if (!_waiting.TryGetValue((kind, written), out var keys))
            {
                return;
            }

            foreach (var key in keys.ToList())
            {
                var pending = _pending[key];
                Settle(key, pending);
                if (pending.Writes.Count == 0)
                {
                    Forget(key, pending);
                    if (pending.IsParked)
                    {
                        (ready ??= []).Add(key);
                    }
                }
            }
        }

        ready?.ForEach(wake);
    }

    private void Settle(ObjectKey key, Pending pending)
    {
        foreach (var (written, (informer, version)) in pending.Writes.ToList())
        {
            if (informer.HasSeen(written.Key, version))
            {
                pending.Writes.Remove(written);
                Unwait(written, key);
            }
        }
    }

    private void Forget(ObjectKey key, Pending pending)
    {
        _pending.Remove(key);
        foreach (var written in pending.Writes.Keys)
        {
            Unwait(written, key);
        }
    }

    private HashSet<ObjectKey> WaitersFor((Type Kind, ObjectKey Key) written)
    {
        if (!_waiting.TryGetValue(written, out var keys))
        {
            _waiting.Add(written, keys = []);
        }

        return keys;
    }

    private void Unwait((Type Kind, ObjectKey Key) written, ObjectKey key)
    {
        if (_waiting.TryGetValue(written, out var keys) && keys.Remove(key) && keys.Count == 0)
        {
            _waiting.Remove(written);
        }
    }

    private sealed class Pending(long since)
    {
        public long Since => since;

        public Dictionary<(Type Kind, ObjectKey Key), (IInformer Informer, string? Version)> Writes { get; } = [];

        public bool IsParked { get; set; }
    }
}
