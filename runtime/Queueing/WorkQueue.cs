using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace GemmaOperator.Runtime.Queueing;

/// <summary>
/// Orders keys that need work; groups of them, such as namespaces, take turns. A key waits at most once, is held by at
/// most one worker, and becomes dirty when added while it is held. It may have one time at which it becomes due by
/// itself; adding it now withdraws that time, since whoever works on it says anew when to come back.
/// <code>
///              Add                 Take                  Done
/// (idle) ───────────► waiting ─────────► processing ──────────► (idle), or waiting again if dirty
///      ╰──AddAfter──► due later ──timer──► waiting
/// </code>
/// </summary>
internal sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly RetryBuckets _retries;
    private readonly IQueueObserver? _observer;
    private readonly Func<double> _random;
    private readonly Dictionary<TKey, QueueEntry> _entries = [];
    private readonly WaitingKeys<TKey> _waiting;
    private readonly SemaphoreSlim _ready = new(0);
    private readonly DelayHeap<TKey> _delayed;

    /// <summary>Counts the waiting keys that no worker may take until one of their group is given back.</summary>
    private int _withheld;
    private bool _isDisposed;

    public WorkQueue(
        TimeProvider time,
        Backoff backoff,
        TokenBucket retries,
        IQueueObserver? observer = null,
        Func<double>? random = null,
        Func<TKey, string>? groupOf = null,
        int mostOfGroup = int.MaxValue
    )
    {
        _waiting = new WaitingKeys<TKey>(groupOf ?? (_ => ""), mostOfGroup);
        (_time, _backoff, _retries, _observer) = (time, backoff, new RetryBuckets(retries), observer);
        _random = random ?? Random.Shared.NextDouble;
        _delayed = new DelayHeap<TKey>(time, MoveDue);
    }

    /// <summary>Gets the number of keys that wait for a worker.</summary>
    public int Depth => _ready.CurrentCount + Volatile.Read(ref _withheld);

    public void Dispose()
    {
        // A timer that is firing just now waits for the lock, and must find nothing to do behind it.
        lock (_gate)
        {
            _isDisposed = true;
            _delayed.Dispose();
            _ready.Dispose();
        }
    }

    public void Add(TKey key, Lane lane)
    {
        lock (_gate)
        {
            AddLocked(key, lane);
        }
    }

    /// <summary>Makes the key due after a while; the sooner of two times counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay, Lane lane)
    {
        lock (_gate)
        {
            AddAfterLocked(key, delay, lane);
        }
    }

    /// <summary>Makes the key due after its backoff, and not before its group's bucket of retries has room.</summary>
    public TimeSpan AddRateLimited(TKey key)
    {
        lock (_gate)
        {
            var entry = EntryOf(key);
            var backoff = _backoff.Delay(entry.Failures++, _random());
            var bucket = _retries.Reserve(_waiting.GroupOf(key));
            var delay = backoff > bucket ? backoff : bucket;
            _observer?.Retried();
            AddAfterLocked(key, delay, Lane.Change);
            return delay;
        }
    }

    /// <summary>
    /// Makes the key due at once, like a change. One that has asked for more than <paramref name="freePasses"/> in a
    /// row waits for its backoff instead: nobody can tell a long way from a loop, which must not keep a worker busy.
    /// </summary>
    /// <returns>Null: at once; else how many passes have asked, this one included, and when the next is due.</returns>
    public (int Passes, TimeSpan Delay)? AddAgain(TKey key, int freePasses)
    {
        lock (_gate)
        {
            var entry = EntryOf(key);
            entry.Failures = 0;
            if (++entry.Passes <= freePasses)
            {
                AddLocked(key, Lane.Change);
                return null;
            }

            var delay = _backoff.Delay(entry.Passes - freePasses - 1, _random());
            AddAfterLocked(key, delay, Lane.Change);
            return (entry.Passes, delay);
        }
    }

    /// <summary>Returns the failures of the key in a row.</summary>
    public int Failures(TKey key)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(key, out var entry) ? entry.Failures : 0;
        }
    }

    /// <summary>Forgets the key's failures: it did well, and its backoff starts anew.</summary>
    public void Forget(TKey key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                (entry.Failures, entry.Passes) = (0, 0);
                DropIfIdle(key, entry);
            }
        }
    }

    /// <summary>Waits for a key and takes it; the caller must call <see cref="Done"/>.</summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _ready.WaitAsync(cancellationToken);
            lock (_gate)
            {
                if (TryTakeLocked(out var key))
                {
                    return key;
                }

                _withheld++;
            }
        }
    }

    /// <summary>Gives the key back: its worker is through with it.</summary>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            var entry = _entries[key];
            entry.IsProcessing = false;
            _waiting.Done(key);
            if (_withheld > 0)
            {
                _withheld--;
                _ready.Release();
            }

            _observer?.Finished(_time.GetElapsedTime(entry.ProcessingSince));
            if (entry.DirtyFor is { } lane)
            {
                entry.DirtyFor = null;
                Enqueue(key, entry, lane);
            }
            else
            {
                DropIfIdle(key, entry);
            }
        }
    }

    /// <summary>Returns how long workers have been at the keys they hold.</summary>
    public IReadOnlyList<(TKey Key, TimeSpan For)> Processing()
    {
        lock (_gate)
        {
            return
            [
                .. _entries
                    .Where(e => e.Value.IsProcessing)
                    .Select(e => (e.Key, _time.GetElapsedTime(e.Value.ProcessingSince))),
            ];
        }
    }

    private void AddLocked(TKey key, Lane lane)
    {
        var entry = EntryOf(key);
        entry.DueAt = null;
        if (entry.IsProcessing)
        {
            entry.DirtyFor = entry.DirtyFor is { } dirty && dirty < lane ? dirty : lane;
        }
        else if (entry.WaitingIn is not { } waiting)
        {
            Enqueue(key, entry, lane);
        }
        else if (lane < waiting)
        {
            // The old place in the slower lane stays behind and is skipped when it surfaces.
            entry.WaitingIn = lane;
            _waiting.Add(key, lane);
            _observer?.Promoted();
        }
    }

    private void AddAfterLocked(TKey key, TimeSpan delay, Lane lane)
    {
        if (delay <= TimeSpan.Zero)
        {
            AddLocked(key, lane);
            return;
        }

        var entry = EntryOf(key);
        // Beyond that a timestamp would overflow, and "never" would become "at once".
        var seconds = Math.Min(delay.TotalSeconds, Longest.TotalSeconds);
        var dueAt = _time.GetTimestamp() + (long)(seconds * _time.TimestampFrequency);
        if (entry.WaitingIn is not null || entry.DirtyFor is not null || entry.DueAt <= dueAt)
        {
            return;
        }

        (entry.DueAt, entry.DueFor) = (dueAt, lane);
        _delayed.Add(key, dueAt);
        if (_delayed.Count > 64 + (2 * _entries.Count))
        {
            _delayed.Compact((k, due) => _entries.TryGetValue(k, out var e) && e.DueAt == due);
        }
    }

    private void MoveDue()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            foreach (var (key, dueAt) in _delayed.TakeDue())
            {
                if (_entries.TryGetValue(key, out var entry) && entry.DueAt == dueAt)
                {
                    AddLocked(key, entry.DueFor);
                }
            }
        }
    }

    private void Enqueue(TKey key, QueueEntry entry, Lane lane)
    {
        (entry.WaitingIn, entry.WaitingSince) = (lane, _time.GetTimestamp());
        _waiting.Add(key, lane);
        _observer?.Added(lane);
        _ready.Release();
    }

    private bool TryTakeLocked([MaybeNullWhen(false)] out TKey key)
    {
        if (!_waiting.TryTake((k, lane) => _entries.GetValueOrDefault(k)?.WaitingIn == lane, out key, out var from))
        {
            return false;
        }

        var (entry, now) = (_entries[key], _time.GetTimestamp());
        (entry.WaitingIn, entry.IsProcessing, entry.ProcessingSince) = (null, true, now);
        _observer?.Taken(from, _time.GetElapsedTime(entry.WaitingSince, now));
        return true;
    }

    private QueueEntry EntryOf(TKey key) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _) ??= new QueueEntry();

    private void DropIfIdle(TKey key, QueueEntry entry)
    {
        if (entry.IsIdle)
        {
            _entries.Remove(key);
        }
    }
}
