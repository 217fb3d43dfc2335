using System.Text.Json.Nodes;
using System.Threading.Channels;
using LocalCluster.Json;

namespace LocalCluster.Storage;

/// <summary>
/// Holds all objects, with one version counter as in etcd, and a bounded history of changes for watches. Everything
/// happens under one lock; what is stored is never changed afterwards.
/// </summary>
internal sealed class ObjectStore(int historyLimit)
{
    /// <summary>A fresh cluster doesn't start at 1: version 1 is always too old to watch from.</summary>
    private const long FirstVersion = 100;

    private readonly Dictionary<string, SortedDictionary<string, StoredObject>> _resources = new(
        StringComparer.Ordinal
    );

    private readonly Queue<Change> _history = new();
    private readonly List<(string Resource, Channel<Change> Changes)> _watchers = [];

    public Lock Gate { get; } = new();

    /// <summary>Gets the version of the newest change.</summary>
    public long Version { get; private set; } = FirstVersion;

    /// <summary>Changes up to this version are forgotten.</summary>
    public long Compacted { get; private set; } = FirstVersion;

    public StoredObject? Find(string resource, string ns, string name)
    {
        lock (Gate)
        {
            return Of(resource).GetValueOrDefault(StoredObject.KeyOf(ns, name));
        }
    }

    /// <summary>Returns all objects of a resource in the order of their keys, of one namespace or of all.</summary>
    public (IReadOnlyList<StoredObject> Objects, long Version) List(string resource, string? ns)
    {
        lock (Gate)
        {
            var all = Of(resource).Values;
            return (ns is null ? [.. all] : [.. all.Where(o => o.Namespace == ns)], Version);
        }
    }

    /// <summary>Returns every object of every resource; for the garbage collector.</summary>
    public IReadOnlyList<(string Resource, StoredObject Object)> All()
    {
        lock (Gate)
        {
            return [.. _resources.SelectMany(r => r.Value.Values.Select(o => (r.Key, o)))];
        }
    }

    /// <summary>Stores a new version; the object's resourceVersion is set. Call under <see cref="Gate"/>.</summary>
    public StoredObject Put(string resource, JsonObject json)
    {
        var version = ++Version;
        json.Metadata()["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var stored = new StoredObject(json, version);
        var objects = Of(resource);
        var before = objects.GetValueOrDefault(stored.Key);
        objects[stored.Key] = stored;
        Tell(new Change(before is null ? ChangeType.Added : ChangeType.Modified, resource, stored, before));
        return stored;
    }

    /// <summary>
    /// Removes an object; watchers see the last state under the version of the removal. Call under <see cref="Gate"/>.
    /// </summary>
    public void Remove(string resource, StoredObject stored)
    {
        var version = ++Version;
        Of(resource).Remove(stored.Key);
        var last = stored.Copy();
        last.Metadata()["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Tell(new Change(ChangeType.Deleted, resource, new StoredObject(last, version), stored));
    }

    /// <summary>
    /// Changes after <paramref name="from"/>, then those to come; null when <paramref name="from"/> is forgotten.
    /// </summary>
    public (IReadOnlyList<Change> Past, ChannelReader<Change> Future, IDisposable Subscription)? Watch(
        string resource,
        long from
    )
    {
        lock (Gate)
        {
            if (from < Compacted)
            {
                return null;
            }

            var channel = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
            _watchers.Add((resource, channel));
            IReadOnlyList<Change> past =
            [
                .. _history.Where(c => c.Object.Version > from && (resource.Length == 0 || c.Resource == resource)),
            ];
            return (past, channel.Reader, new Subscription(this, channel));
        }
    }

    /// <summary>Forgets the history, as etcd's compaction does: older watches get 410.</summary>
    public void Compact()
    {
        lock (Gate)
        {
            _history.Clear();
            Compacted = Version;
        }
    }

    private SortedDictionary<string, StoredObject> Of(string resource)
    {
        if (!_resources.TryGetValue(resource, out var objects))
        {
            _resources[resource] = objects = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        }

        return objects;
    }

    private void Tell(Change change)
    {
        _history.Enqueue(change);
        while (_history.Count > historyLimit)
        {
            Compacted = _history.Dequeue().Object.Version;
        }

        foreach (var (resource, changes) in _watchers)
        {
            if (resource.Length == 0 || resource == change.Resource)
            {
                changes.Writer.TryWrite(change);
            }
        }
    }

    private sealed class Subscription(ObjectStore store, Channel<Change> channel) : IDisposable
    {
        public void Dispose()
        {
            lock (store.Gate)
            {
                store._watchers.RemoveAll(w => w.Changes == channel);
            }

            channel.Writer.TryComplete();
        }
    }
}
