using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Builds.Queue;

/// <summary>
/// Caps the builds that run at once: a build takes a slot when its Job is about to be created and gives it back when
/// the Job has ended. Slots are kept in memory, since only the leader runs builds; a new leader counts the running
/// Jobs, and every build that waits asks it again.
/// </summary>
/// <param name="most">How many builds may run at once.</param>
/// <param name="jobs">Jobs of the operator, complete when the first build asks.</param>
/// <param name="time">Clock.</param>
/// <param name="mostOfOne">How many of them one namespace's builds may be; null: all.</param>
internal sealed class BuildSlots(int most, IIndexer<V1Job> jobs, TimeProvider time, int? mostOfOne = null)
{
    /// <summary>
    /// Says for how long the queue's order is reused: a place in a long queue is worth looking up on every request, but
    /// not worth sorting the queue anew.
    /// </summary>
    private static readonly TimeSpan OrderFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    /// <summary>Holds the namespaces of builds that have a slot, by uid.</summary>
    private readonly Dictionary<string, string> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QueuedBuild> _waiting = new(StringComparer.Ordinal);
    private Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private long? _orderedAt;
    private bool _isSeeded;

    /// <summary>Forgets who ran and who waited in an earlier term as leader: they may be gone, unseen.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _held.Clear();
            _waiting.Clear();
            (_isSeeded, _orderedAt) = (false, null);
        }
    }

    /// <summary>Decides what becomes of a step under the cap: one that needs a slot and gets none waits.</summary>
    public BuildStep Admit(GemmaBuild build, BuildStep step)
    {
        lock (_gate)
        {
            Seed();
            switch (step.Slot)
            {
                case SlotUse.Take:
                    return TryTake(build) ? step : Queued(build);
                case SlotUse.Hold:
                    _held[build.Metadata.Uid] = build.Metadata.NamespaceProperty;
                    _waiting.Remove(build.Metadata.Uid);
                    return step;
                case SlotUse.None:
                    Forget(build.Metadata.Uid);
                    return step;
                default:
                    throw new InvalidOperationException($"{step.Slot} is no use of a slot");
            }
        }
    }

    /// <summary>Frees the slot of a build that needs none any more, or couldn't use the one it got.</summary>
    public void Release(GemmaBuild build)
    {
        lock (_gate)
        {
            Forget(build.Metadata.Uid);
        }
    }

    /// <summary>Gets how many slots are in use, and how many builds wait for one.</summary>
    public (int Running, int Waiting) Count
    {
        get
        {
            lock (_gate)
            {
                return (_held.Count, _waiting.Count);
            }
        }
    }

    /// <summary>Returns the builds whose turn it is.</summary>
    public IReadOnlyList<ObjectKey> Next()
    {
        lock (_gate)
        {
            return most - _held.Count is > 0 and var free && _waiting.Count > 0
                ? [.. Admissible(free).Select(build => new ObjectKey(build.Namespace, build.Name))]
                : [];
        }
    }

    private bool TryTake(GemmaBuild build)
    {
        var uid = build.Metadata.Uid;
        if (_held.ContainsKey(uid))
        {
            return true;
        }

        _waiting[uid] = new QueuedBuild(
            uid,
            build.Metadata.NamespaceProperty,
            build.Metadata.Name,
            build.Metadata.CreationTimestamp ?? time.GetUtcNow().UtcDateTime
        );
        var free = most - _held.Count;
        if (free <= 0 || Admissible(free).All(next => next.Uid != uid))
        {
            return false;
        }

        _waiting.Remove(uid);
        _held[uid] = build.Metadata.NamespaceProperty;
        return true;
    }

    private WaitForSlot Queued(GemmaBuild build)
    {
        if (_orderedAt is not { } at || time.GetElapsedTime(at) > OrderFor)
        {
            _places = Order()
                .Select((b, i) => (b.Uid, Place: i + 1))
                .ToDictionary(p => p.Uid, p => p.Place, StringComparer.Ordinal);
            _orderedAt = time.GetTimestamp();
        }

        return new WaitForSlot(
            _places.GetValueOrDefault(build.Metadata.Uid, _waiting.Count),
            _waiting.Count,
            most,
            mostOfOne < most && RoomOf(build.Metadata.NamespaceProperty) <= 0 ? mostOfOne : null
        );
    }

    /// <summary>Returns the next builds for so many free slots, none beyond its namespace's share.</summary>
    private IReadOnlyList<QueuedBuild> Admissible(int free)
    {
        var room = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. Order().Where(HasRoom).Take(free)];

        bool HasRoom(QueuedBuild build)
        {
            var left = room.TryGetValue(build.Namespace, out var known) ? known : RoomOf(build.Namespace);
            room[build.Namespace] = left - 1;
            return left > 0;
        }
    }

    private int RoomOf(string ns) => (mostOfOne ?? most) - _held.Values.Count(held => held == ns);

    private IReadOnlyList<QueuedBuild> Order() =>
        BuildQueueOrder.Order(
            _waiting.Values,
            _held.Values.CountBy(ns => ns, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal)
        );

    private void Forget(string uid)
    {
        _held.Remove(uid);
        _waiting.Remove(uid);
    }

    /// <summary>Counts, at the start, the Jobs that the operator left running before it restarted.</summary>
    private void Seed()
    {
        if (_isSeeded)
        {
            return;
        }

        _isSeeded = true;
        foreach (var job in jobs.List().Where(j => !j.IsFinished && KanikoJob.Is(j)))
        {
            if (job.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true) is { } owner)
            {
                _held[owner.Uid] = job.Metadata.NamespaceProperty;
            }
        }
    }
}
