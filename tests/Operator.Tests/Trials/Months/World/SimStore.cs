using System.Net;
using System.Security.Cryptography;
using System.Text;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using WatchEventType = GemmaOperator.Runtime.Caching.WatchEventType;

namespace Operator.Tests.Trials.Months.World;

/// <summary>
/// Keeps the objects of a simulated API server, and what watches would tell of them, in order. What goes in is
/// copied; what comes out is shared, and nobody changes it.
/// </summary>
/// <param name="time">The world's.</param>
/// <param name="traceFile">Takes a line for each write; null for none.</param>
internal sealed class SimStore(SimTime time, string? traceFile) : IDisposable
{
    private readonly StreamWriter? _lines = traceFile is null ? null : File.CreateText(traceFile);
    private readonly IncrementalHash _trace = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<(Type Kind, ObjectKey Key), IKubernetesObject<V1ObjectMeta>> _objects = [];
    private readonly Dictionary<Type, List<SimEvent>> _events = [];
    private long _version;
    private readonly Dictionary<Type, int> _forgotten = [];
    private long _collected;

    /// <summary>Gets or sets who is told of every object that is created.</summary>
    public Action<IKubernetesObject<V1ObjectMeta>>? Created { get; set; }

    /// <summary>Gets when something was last written.</summary>
    public DateTime LastWrite { get; private set; }

    /// <summary>Gets where watches stand now.</summary>
    public string Version => $"{_version}";

    /// <summary>Gets what stands for all that was written until now, and when.</summary>
    public string Trace => Convert.ToHexStringLower(_trace.GetCurrentHash())[..12];

    public IReadOnlyList<SimEvent> EventsOf(Type kind) =>
        _events.TryGetValue(kind, out var events) ? events : _events[kind] = [];

    /// <summary>Counts the writes since a time (UTC).</summary>
    public int WritesSince(DateTime then) => _events.Values.Sum(events => events.Count(e => e.At > then));

    /// <summary>Lets go of what watches told of before a time (UTC), which all have taken by then.</summary>
    public void Forget(DateTime before)
    {
        foreach (var (kind, events) in _events)
        {
            var at = _forgotten.GetValueOrDefault(kind);
            for (; at < events.Count && events[at].At < before; at++)
            {
                events[at] = events[at] with { Object = null! };
            }

            _forgotten[kind] = at;
        }
    }

    public IEnumerable<IKubernetesObject<V1ObjectMeta>> All => _objects.Values;

    public T? Find<T>(string? ns, string name)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        _objects.TryGetValue((typeof(T), new ObjectKey(ns, name)), out var found) ? (T)found : null;

    public IReadOnlyList<T> List<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => [.. _objects.Values.OfType<T>()];

    public T Create<T>(T body)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var key = (typeof(T), ObjectKey.Of(body));
        if (_objects.ContainsKey(key))
        {
            throw Refusal<T>("create", key.Item2, HttpStatusCode.Conflict, "AlreadyExists");
        }

        var made = Copy(body);
        made.Metadata.Uid = $"uid-{_version + 1}";
        made.Metadata.CreationTimestamp = time.Now;
        made.Metadata.Generation = 1;
        _objects[key] = Told(made, WatchEventType.Added);
        Created?.Invoke(made);
        return made;
    }

    /// <summary>Replaces an object by what a writer makes of it; nothing happens where that is the same.</summary>
    public T Change<T>(string? ns, string name, Func<T, T> change)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var key = (typeof(T), new ObjectKey(ns, name));
        if (!_objects.TryGetValue(key, out var before))
        {
            throw Refusal<T>("patch", key.Item2, HttpStatusCode.NotFound, "NotFound");
        }

        var text = KubernetesJson.Serialize(before);
        var after = KubernetesJson.Serialize(change(KubernetesJson.Deserialize<T>(text)));
        if (text != after)
        {
            _objects[key] = Told(KubernetesJson.Deserialize<T>(after), WatchEventType.Modified);
        }

        return (T)_objects[key];
    }

    public bool Delete(Type kind, ObjectKey key)
    {
        if (!_objects.Remove((kind, key), out var gone))
        {
            return false;
        }

        Told(gone, WatchEventType.Deleted);
        return true;
    }

    /// <summary>Deletes what belongs to objects that are gone, as the garbage collector does.</summary>
    public void CollectGarbage()
    {
        while (_collected != _version)
        {
            _collected = _version;
            var alive = _objects.Values.Select(o => o.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
            var orphans = _objects
                .Where(o =>
                    o.Value.Metadata.OwnerReferences is { Count: > 0 } owners && owners.All(r => !alive.Contains(r.Uid))
                )
                .Select(o => o.Key)
                .ToList();
            if (orphans.Count == 0)
            {
                return;
            }

            orphans.ForEach(o => Delete(o.Kind, o.Key));
        }
    }

    public static KubeApiException Refusal<T>(string verb, ObjectKey key, HttpStatusCode code, string reason) =>
        new($"{reason}: {typeof(T).Name} {key}", new KubeRequest(verb, typeof(T).Name, key.Namespace, key.Name))
        {
            Code = code,
            Reason = reason,
        };

    public static T Copy<T>(T given)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        KubernetesJson.Deserialize<T>(KubernetesJson.Serialize(given));

    public void Dispose()
    {
        _trace.Dispose();
        _lines?.Dispose();
    }

    private T Told<T>(T changed, WatchEventType type)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        _version++;
        if (type != WatchEventType.Deleted)
        {
            changed.Metadata.ResourceVersion = $"{_version}";
        }

        LastWrite = time.Now;
        var line = $"{time.Now:O} {type} {KubernetesJson.Serialize(changed)}\n";
        _trace.AppendData(Encoding.UTF8.GetBytes(line));
        _lines?.Write(line);
        ((List<SimEvent>)EventsOf(changed.GetType())).Add(new SimEvent(_version, time.Now, type, changed));
        return changed;
    }
}
