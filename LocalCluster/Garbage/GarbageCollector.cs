using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Json;
using LocalCluster.Storage;
using LocalCluster.Writes;

namespace LocalCluster.Garbage;

/// <summary>
/// Collects garbage: deletes dependents whose owners are all gone, lets an owner deleted in the foreground wait for
/// those that block it, and takes its reference from an orphaned dependent. Also removes what is in a deleted
/// namespace.
/// </summary>
internal sealed class GarbageCollector(ObjectStore store, ResourceCatalog catalog, ObjectRemover remover)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>
    /// Holds the names, by uid, of objects that were made and aren't being deleted: what they own is no garbage.
    /// </summary>
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);
    private Task _loop = Task.CompletedTask;

    private volatile bool _isLate;

    /// <summary>Collects nothing any more: a collector works behind the API server, and may be far behind.</summary>
    public void FallBehind() => _isLate = true;

    public void Start() => _loop = Task.Run(() => RunAsync(_stop.Token));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _loop;
        }
        catch (OperationCanceledException)
        {
            // Asked for.
        }

        _stop.Dispose();
    }

    /// <summary>Follows all changes; a pass runs after those that can leave garbage.</summary>
    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var watch = store.Watch("", store.Version)!.Value;
        using (watch.Subscription)
        {
            while (await watch.Future.WaitToReadAsync(cancellationToken))
            {
                var due = false;
                while (watch.Future.TryRead(out var change))
                {
                    due |= LeavesGarbage(change);
                }

                while (due && !_isLate)
                {
                    due = Collect();
                }
            }
        }
    }

    private bool LeavesGarbage(Change change)
    {
        if (change.Type == ChangeType.Deleted || change.Object.Json.Metadata()["deletionTimestamp"] is not null)
        {
            _owners.Remove(change.Object.Uid);
            return true;
        }

        _owners[change.Object.Uid] = change.Object.Name;
        return Owners(change.Object).Any(o => _owners.GetValueOrDefault(o.Text("uid") ?? "") != o.Text("name"));
    }

    /// <summary>Makes one pass; returns whether it changed something.</summary>
    private bool Collect()
    {
        lock (store.Gate)
        {
            var all = store.All();
            var byUid = all.ToDictionary(o => o.Object.Uid, o => o, StringComparer.Ordinal);
            var namespaces = all.Where(o => o.Resource == "namespaces")
                .Select(o => o.Object.Name)
                .ToHashSet(StringComparer.Ordinal);
            var changed = false;
            foreach (var (key, dependent) in all)
            {
                if (
                    store.Find(key, dependent.Namespace, dependent.Name) == dependent
                    && catalog.ByKey(key) is { } resource
                )
                {
                    changed |=
                        CollectOne(resource, dependent, byUid) | FinishNamespace(resource, dependent, namespaces);
                }
            }

            return changed | FinishForeground(all, byUid);
        }
    }

    private bool CollectOne(
        ResourceInfo resource,
        StoredObject dependent,
        Dictionary<string, (string Resource, StoredObject Object)> byUid
    )
    {
        var references = Owners(dependent).ToList();
        if (references.Count == 0)
        {
            return false;
        }

        var orphaned = references
            .Where(r => byUid.TryGetValue(r.Text("uid") ?? "", out var o) && HasFinalizer(o.Object, "orphan"))
            .ToList();
        if (orphaned.Count > 0)
        {
            var json = dependent.Copy();
            var kept = references.Except(orphaned).Select(r => (JsonNode)r.DeepClone()).ToArray();
            json.Metadata().Remove("ownerReferences");
            if (kept.Length > 0)
            {
                json.Metadata()["ownerReferences"] = new JsonArray(kept);
            }

            store.Put(resource.Key, json);
            return true;
        }

        var live = references
            .Where(r => byUid.TryGetValue(r.Text("uid") ?? "", out var o) && o.Object.Name == r.Text("name"))
            .ToList();
        var waiting =
            live.Count > 0 && live.TrueForAll(r => HasFinalizer(byUid[r.Text("uid")!].Object, "foregroundDeletion"));
        if ((live.Count > 0 && !waiting) || dependent.Json.Metadata()["deletionTimestamp"] is not null)
        {
            return false;
        }

        remover.Delete(
            resource,
            dependent,
            waiting && HasDependents(dependent) ? "Foreground" : "Background",
            resource.Builtin.GracePeriod(dependent.Json)
        );
        return true;
    }

    private bool HasDependents(StoredObject owner) =>
        store.All().Any(o => Owners(o.Object).Any(r => r.Text("uid") == owner.Uid));

    /// <summary>Removes owners that waited for dependents or for their orphaning, and need to no longer.</summary>
    private bool FinishForeground(
        IReadOnlyList<(string Resource, StoredObject Object)> all,
        Dictionary<string, (string Resource, StoredObject Object)> byUid
    )
    {
        var changed = false;
        foreach (
            var (key, owner) in all.Where(o =>
                HasFinalizer(o.Object, "foregroundDeletion") || HasFinalizer(o.Object, "orphan")
            )
        )
        {
            if (store.Find(key, owner.Namespace, owner.Name) is not { } live || live.Uid != owner.Uid)
            {
                continue;
            }

            var blocked = store
                .All()
                .Any(o =>
                    Owners(o.Object)
                        .Any(r =>
                            r.Text("uid") == owner.Uid
                            && (r["blockOwnerDeletion"].IsTrue() || HasFinalizer(owner, "orphan"))
                        )
                );
            if (!blocked)
            {
                RemoveFinalizers(key, live);
                changed = true;
            }
        }

        return changed && byUid.Count > 0;
    }

    private void RemoveFinalizers(string key, StoredObject live)
    {
        var json = live.Copy();
        var left = (json.Metadata().Array("finalizers") ?? [])
            .Where(f => f.Text() is not ("foregroundDeletion" or "orphan"))
            .Select(f => f?.DeepClone())
            .ToArray();
        if (left.Length == 0)
        {
            store.Remove(key, live);
            return;
        }

        json.Metadata()["finalizers"] = new JsonArray(left);
        store.Put(key, json);
    }

    /// <summary>Removes what is in a namespace that was deleted.</summary>
    private bool FinishNamespace(ResourceInfo resource, StoredObject o, HashSet<string> namespaces)
    {
        if (
            !resource.Namespaced
            || o.Json.Metadata()["deletionTimestamp"] is not null
            || namespaces.Contains(o.Namespace)
        )
        {
            return false;
        }

        remover.Delete(resource, o, "Background", 0);
        return true;
    }

    private static IEnumerable<JsonObject> Owners(StoredObject o) =>
        (o.Json.Metadata().Array("ownerReferences") ?? []).OfType<JsonObject>();

    private static bool HasFinalizer(StoredObject o, string finalizer) =>
        (o.Json.Metadata().Array("finalizers") ?? []).Any(f => f.Text() == finalizer);
}
