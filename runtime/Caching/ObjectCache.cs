using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Holds the objects of one kind as last seen, with indexes. Written by one reflector, or by one for each of several
/// namespaces; read by anyone. A change returned by a write has happened in the cache already: whoever hears of it
/// reads at least that state. An object that can't be read any more stays as it was last read: to take it for deleted
/// would undo what it asks for.
/// </summary>
internal sealed class ObjectCache<T> : IIndexer<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, T> _objects = [];
    private readonly Dictionary<string, SecondaryIndex<T>> _indexes = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectKey, Unreadable> _unreadable = [];
    private readonly CacheVersions _versions;
    private Func<T, T> _partOf = entity => entity;

    /// <param name="namespaces">Those that are filled one by one; null or none: one reflector fills it all.</param>
    public ObjectCache(IReadOnlyList<string>? namespaces = null)
    {
        _versions = new CacheVersions(namespaces ?? []);
        AddIndex(CacheIndex.OwnerUid, entity => entity.Metadata.OwnerReferences?.Select(owner => owner.Uid) ?? []);
    }

    public bool HasSynced
    {
        get
        {
            lock (_gate)
            {
                return _versions.HasAll;
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _objects.Count;
            }
        }
    }

    /// <summary>Gets what exists but can't be read.</summary>
    public IReadOnlyList<Unreadable> Unreadable
    {
        get
        {
            lock (_gate)
            {
                return [.. _unreadable.Values];
            }
        }
    }

    public int UnreadableCount
    {
        get
        {
            lock (_gate)
            {
                return _unreadable.Count;
            }
        }
    }

    /// <summary>Adds an index; only before the first object.</summary>
    public void AddIndex(string name, Func<T, IEnumerable<string>> valuesOf)
    {
        lock (_gate)
        {
            if (_objects.Count > 0)
            {
                throw new InvalidOperationException($"Index {name} must be added before the cache is filled.");
            }

            _indexes.Add(name, new SecondaryIndex<T>(valuesOf));
        }
    }

    /// <summary>Reduces each object to what is kept of it; only before the first one.</summary>
    public void Keep(Func<T, T> partOf) => _partOf = partOf;

    public T? Get(string? ns, string name)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault(new ObjectKey(ns, name));
        }
    }

    public IReadOnlyList<T> List(string? ns = null)
    {
        lock (_gate)
        {
            return ns is null
                ? [.. _objects.Values]
                : [.. _objects.Where(o => o.Key.Namespace == ns).Select(o => o.Value)];
        }
    }

    public IReadOnlyList<T> ByIndex(string index, string key)
    {
        lock (_gate)
        {
            return [.. _indexes[index][key].Select(k => _objects[k])];
        }
    }

    /// <summary>
    /// Returns true when the cache is not behind a write that returned <paramref name="resourceVersion"/>.
    /// </summary>
    public bool HasSeen(ObjectKey key, string resourceVersion)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(key, out var seen)
                    && ResourceVersions.IsAtLeast(seen.Metadata.ResourceVersion, resourceVersion)
                || ResourceVersions.IsAtLeast(_versions.Of(key.Namespace), resourceVersion);
        }
    }

    /// <summary>
    /// Takes over a complete list. What it lacks was deleted while nobody watched. What it has is how things are, also
    /// when that is older than what is known: so it is after etcd was restored from a backup.
    /// </summary>
    /// <param name="items">What there is.</param>
    /// <param name="resourceVersion">The list's.</param>
    /// <param name="unreadable">What there is, too.</param>
    /// <param name="ns">The namespace that was listed; null: all that the cache is of.</param>
    public IReadOnlyList<CacheChange<T>> Replace(
        IReadOnlyList<T> items,
        string resourceVersion,
        IReadOnlyList<Unreadable>? unreadable = null,
        string? ns = null
    )
    {
        lock (_gate)
        {
            var changes = new List<CacheChange<T>>();
            var present = new HashSet<ObjectKey>(items.Count);
            foreach (var key in _unreadable.Keys.Where(key => IsIn(key, ns)).ToList())
            {
                _unreadable.Remove(key);
            }

            foreach (var bad in unreadable ?? [])
            {
                present.Add(ObjectKey.Of(bad));
                PutLocked(bad, changes);
            }

            foreach (var item in items)
            {
                present.Add(ObjectKey.Of(item));
                PutLocked(item, changes, isList: true);
            }

            foreach (var (key, gone) in _objects.Where(o => IsIn(o.Key, ns) && !present.Contains(o.Key)).ToList())
            {
                RemoveLocked(key, gone, gone, changes);
            }

            _versions.Set(ns, resourceVersion);
            return changes;
        }
    }

    /// <summary>
    /// Takes over one line of a watch. One that was seen before, or is older than what is known, changes nothing.
    /// </summary>
    /// <param name="watched">The line.</param>
    /// <param name="ns">The namespace that is watched; null: all that the cache is of.</param>
    public IReadOnlyList<CacheChange<T>> Apply(WatchEvent<T> watched, string? ns = null)
    {
        lock (_gate)
        {
            if (ResourceVersions.IsOlder(watched.ResourceVersion, _versions.Of(ns)))
            {
                // A watch is in order: this is a repetition, and could bring back what has been deleted since.
                return [];
            }

            if (watched.ResourceVersion is { } version)
            {
                _versions.Set(ns, version);
            }

            var changes = new List<CacheChange<T>>(1);
            if (watched is { Type: WatchEventType.Added or WatchEventType.Modified, Unreadable: { } bad })
            {
                PutLocked(bad, changes);
            }
            else if (watched is { Type: WatchEventType.Deleted, Unreadable: { } unread })
            {
                var key = ObjectKey.Of(unread);
                _unreadable.Remove(key);
                if (_objects.TryGetValue(key, out var last))
                {
                    RemoveLocked(key, last, last, changes);
                }
            }
            else if (watched is { Type: WatchEventType.Added or WatchEventType.Modified, Object: { } present })
            {
                PutLocked(present, changes);
            }
            else if (watched is { Type: WatchEventType.Deleted, Object: { } gone })
            {
                _unreadable.Remove(ObjectKey.Of(gone));
                if (_objects.TryGetValue(ObjectKey.Of(gone), out var known))
                {
                    RemoveLocked(ObjectKey.Of(gone), known, gone, changes);
                }
            }

            return changes;
        }
    }

    /// <summary>Returns true when a namespace, or all that the cache is of, has been listed.</summary>
    public bool HasListed(string? ns)
    {
        lock (_gate)
        {
            return _versions.Has(ns);
        }
    }

    private static bool IsIn(ObjectKey key, string? ns) => ns is null || key.Namespace == ns;

    /// <summary>Adds or replaces, unless what is known is as new.</summary>
    private void PutLocked(T item, List<CacheChange<T>> changes, bool isList = false)
    {
        var key = ObjectKey.Of(item);
        _unreadable.Remove(key);
        _objects.TryGetValue(key, out var known);
        if (
            known is not null
            && (
                known.Metadata.ResourceVersion == item.Metadata.ResourceVersion
                || (!isList && ResourceVersions.IsOlder(item.Metadata.ResourceVersion, known.Metadata.ResourceVersion))
            )
        )
        {
            return;
        }

        if (known is not null && known.Metadata.Uid != item.Metadata.Uid)
        {
            // Deleted and made again while nobody watched: the first one's end must not go unnoticed.
            RemoveLocked(key, known, known, changes);
            known = null;
        }

        item = _partOf(item);
        _objects[key] = item;
        Index(key, known, item);
        changes.Add(new(key, known, item));
    }

    /// <summary>Leaves what was read before as it is, unless that was another object of the same name.</summary>
    private void PutLocked(Unreadable bad, List<CacheChange<T>> changes)
    {
        var key = ObjectKey.Of(bad);
        _unreadable[key] = bad;
        if (_objects.TryGetValue(key, out var known) && known.Metadata.Uid != bad.Metadata.Uid)
        {
            RemoveLocked(key, known, known, changes);
        }
    }

    private void RemoveLocked(ObjectKey key, T known, T last, List<CacheChange<T>> changes)
    {
        _objects.Remove(key);
        Index(key, known, after: null);
        changes.Add(new(key, last, New: null));
    }

    private void Index(ObjectKey key, T? before, T? after)
    {
        foreach (var index in _indexes.Values)
        {
            index.Update(key, before, after);
        }
    }
}
