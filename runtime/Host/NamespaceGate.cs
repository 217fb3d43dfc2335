using GemmaOperator.Runtime.Caching;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Host;

/// <summary>
/// Knows which of several namespaces can be read whole. The objects of the others wait: decisions about what is seen in
/// part would be wrong ones. With one namespace, or all, nothing is ever held back here.
/// </summary>
/// <param name="namespaces">As the host watches them.</param>
/// <param name="informers">What is to be read of each.</param>
/// <param name="logger">Told when one can't be read, and when it can again.</param>
internal sealed partial class NamespaceGate(
    IReadOnlyList<string> namespaces,
    Func<IEnumerable<IInformer>> informers,
    ILogger logger
)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _refused = new(StringComparer.Ordinal);
    private readonly List<Action<string>> _opened = [];

    private bool IsNeeded => namespaces.Count > 1;

    /// <summary>Gets the namespaces that the API server refuses, each with why, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Refused
    {
        get
        {
            lock (_lock)
            {
                return [.. _refused.OrderBy(r => r.Key, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Gets whether none can be read, which is the operator's trouble and not one namespace's.</summary>
    public bool IsAllRefused => IsNeeded && Refused.Count == namespaces.Count;

    /// <summary>Subscribes to a namespace having become whole.</summary>
    public void OnOpen(Action<string> opened) => _opened.Add(opened);

    /// <summary>Returns whether objects of a namespace may be worked on.</summary>
    public bool IsOpen(string? ns)
    {
        if (!IsNeeded || ns is null)
        {
            return true;
        }

        lock (_lock)
        {
            return _open.Contains(ns);
        }
    }

    /// <summary>Looks at a namespace again after one of its lists or watches has turned.</summary>
    public void Turned(string ns)
    {
        if (!IsNeeded)
        {
            return;
        }

        bool isWhole;
        string? refusal;
        bool opens;
        bool isNews;
        lock (_lock)
        {
            var all = informers().SelectMany(i => i.Health).Where(h => h.Namespace == ns).ToList();
            refusal = all.FirstOrDefault(h => h.IsForbidden)?.LastError;
            isWhole = refusal is null && all.All(h => h.HasSynced);
            opens = isWhole && _open.Add(ns);
            if (!isWhole)
            {
                _open.Remove(ns);
            }

            isNews = refusal is null ? _refused.Remove(ns) : _refused.TryAdd(ns, refusal);
        }

        if (isNews && refusal is not null)
        {
            Log.Refused(logger, ns, refusal);
        }

        if (opens)
        {
            Log.Opened(logger, ns);
            _opened.ForEach(opened => opened(ns));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 602,
            Level = LogLevel.Warning,
            Message = "Namespace {Namespace} can't be read, and its objects wait; the others go on: {Why}"
        )]
        public static partial void Refused(ILogger logger, string nameSpace, string why);

        [LoggerMessage(EventId = 603, Level = LogLevel.Information, Message = "Namespace {Namespace} is watched.")]
        public static partial void Opened(ILogger logger, string nameSpace);
    }
}
