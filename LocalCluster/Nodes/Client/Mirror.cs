using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Client;

/// <summary>
/// Mirrors what the API server holds of some kinds, by watches. One loop reads it and writes; what a write answered is
/// put in at once, so that the loop always sees its own writes.
/// </summary>
internal sealed class Mirror(KubeClient client, TimeProvider time)
{
    private readonly Dictionary<Kind, Dictionary<string, JsonObject>> _objects = [];
    private readonly HashSet<Kind> _listed = [];
    private readonly Channel<Action> _changes = Channel.CreateUnbounded<Action>();

    /// <summary>Lists the kinds and follows them until cancelled.</summary>
    public IReadOnlyList<Task> Follow(IEnumerable<Kind> kinds, string? ns, CancellationToken cancellationToken) =>
        [
            .. kinds.Select(kind =>
            {
                _objects[kind] = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
                return FollowAsync(kind, ns is null || !kind.Namespaced ? kind.All : kind.In(ns), cancellationToken);
            }),
        ];

    /// <summary>Says whether all objects of a kind are known, and not only those that were written here.</summary>
    public bool IsListed(Kind kind) => _listed.Contains(kind);

    public JsonObject? Find(Kind kind, string ns, string name) => _objects[kind].GetValueOrDefault($"{ns}/{name}");

    public IEnumerable<JsonObject> All(Kind kind) => _objects[kind].Values;

    public IEnumerable<JsonObject> OwnedBy(Kind kind, JsonObject owner)
    {
        var uid = owner.Metadata().Text("uid");
        return _objects[kind]
            .Values.Where(o =>
                (o.Metadata().Array("ownerReferences") ?? []).Any(r => (r as JsonObject).Text("uid") == uid)
            );
    }

    /// <summary>Wakes the loop: there is something to look at.</summary>
    public void Poke() => _changes.Writer.TryWrite(() => { });

    /// <summary>Waits for a change, takes all that are there, and says so.</summary>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        await _changes.Reader.WaitToReadAsync(cancellationToken);
        while (_changes.Reader.TryRead(out var apply))
        {
            apply();
        }
    }

    public void Put(Kind kind, JsonObject o)
    {
        var key = KeyOf(o);
        if (!_objects[kind].TryGetValue(key, out var known) || VersionOf(o) > VersionOf(known))
        {
            _objects[kind][key] = o;
        }
    }

    private async Task FollowAsync(Kind kind, string path, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var (items, version) = await client.ListAsync(path, cancellationToken);
                var listed = items.OfType<JsonObject>().Select(i => i.Copy()).ToList();
                _changes.Writer.TryWrite(() => Replace(kind, listed));
                await foreach (var (type, o) in client.WatchAsync(path, version, cancellationToken))
                {
                    if (type == "ERROR")
                    {
                        break;
                    }

                    if (type != "BOOKMARK")
                    {
                        _changes.Writer.TryWrite(() => Apply(kind, type, o));
                    }
                }
            }
            catch (Exception e)
                when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
            }
        }
    }

    private void Replace(Kind kind, List<JsonObject> listed)
    {
        _listed.Add(kind);
        _objects[kind].Clear();
        foreach (var o in listed)
        {
            _objects[kind][KeyOf(o)] = o;
        }
    }

    private void Apply(Kind kind, string type, JsonObject o)
    {
        if (type != "DELETED")
        {
            Put(kind, o);
        }
        else if (
            _objects[kind].TryGetValue(KeyOf(o), out var known)
            && known.Metadata().Text("uid") == o.Metadata().Text("uid")
        )
        {
            _objects[kind].Remove(KeyOf(o));
        }
    }

    private static string KeyOf(JsonObject o) => $"{o.Metadata().Text("namespace")}/{o.Metadata().Text("name")}";

    private static long VersionOf(JsonObject o) =>
        long.Parse(o.Metadata().Text("resourceVersion") ?? "0", CultureInfo.InvariantCulture);
}
