using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Ties a cache to the reflectors that fill it, one or one for each of several namespaces, and to those who want to
/// hear of changes. One per kind and process.
/// </summary>
internal sealed partial class Informer<T> : IInformer
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly List<Reflector<T>> _reflectors;
    private readonly ILogger _logger;
    private readonly List<Action<CacheChange<T>>> _subscribers = [];
    private readonly List<Action<Type, ObjectKey>> _progress = [];
    private readonly List<Action<string>> _turns = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="api">Lists.</param>
    /// <param name="watch">Makes what watches by these options.</param>
    /// <param name="options">What is cached, but for the namespace.</param>
    /// <param name="namespaces">Where; none: everywhere.</param>
    /// <param name="observer">Told about lists and watches.</param>
    /// <param name="tell">Told about every object that can't be read.</param>
    /// <param name="answers">Ends the pauses of all when the API server answers again.</param>
    /// <param name="time">Monotonic time.</param>
    /// <param name="logger">For all of it.</param>
    public Informer(
        IKubeApi api,
        Func<ReflectorOptions, KubeWatch<T>> watch,
        ReflectorOptions options,
        IReadOnlyList<string> namespaces,
        IReflectorObserver? observer,
        Action<Unreadable> tell,
        AnswerSignal? answers,
        TimeProvider time,
        ILogger logger
    )
    {
        _logger = logger;
        Options = options;
        Cache = new ObjectCache<T>(namespaces);
        string?[] parts = namespaces.Count == 0 ? [null] : [.. namespaces];
        _reflectors =
        [
            .. parts
                .Select(ns => options with { Namespace = ns })
                .Select(own => new Reflector<T>(
                    api,
                    watch(own),
                    Cache,
                    Publish,
                    tell,
                    own,
                    observer,
                    answers,
                    time,
                    logger
                )),
        ];
        foreach (var reflector in _reflectors)
        {
            reflector.Turned = () => Turned(reflector.Namespace);
        }
    }

    public ObjectCache<T> Cache { get; }

    public ReflectorOptions Options { get; }

    public Type EntityType => typeof(T);

    public IReadOnlyList<Unreadable> Unreadable => Cache.Unreadable;

    public IReadOnlyList<ReflectorHealth> Health => [.. _reflectors.Select(r => r.Health)];

    public Task Synced => _synced.Task;

    /// <summary>
    /// Subscribes to changes; only before <see cref="RunAsync"/>. Called on the reflector's thread, so it must be
    /// quick.
    /// </summary>
    public void Subscribe(Action<CacheChange<T>> changed) => _subscribers.Add(changed);

    public void OnProgress(Action<Type, ObjectKey> progressed) => _progress.Add(progressed);

    public void OnTurn(Action<string> turned) => _turns.Add(turned);

    public bool HasSeen(ObjectKey key, string? resourceVersion) =>
        resourceVersion is null
            ? Cache.Get(key.Namespace, key.Name) is not { Metadata.DeletionTimestamp: null }
            : Cache.HasSeen(key, resourceVersion);

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_reflectors.Select(r => r.RunAsync(cancellationToken)));

    private void Turned(string? ns)
    {
        var mayBeRefused = _reflectors.Count > 1;
        if (_reflectors.Select(r => r.Health).All(h => h.HasSynced || (mayBeRefused && h.IsForbidden)))
        {
            _synced.TrySetResult();
        }

        if (ns is not null)
        {
            _turns.ForEach(turned => turned(ns));
        }
    }

    private void Publish(IReadOnlyList<CacheChange<T>> changes)
    {
        foreach (var change in changes)
        {
            foreach (var subscriber in _subscribers)
            {
                try
                {
                    subscriber(change);
                }
                catch (Exception e)
                {
                    // One broken mapping must not stop the mirror for everybody else.
                    Log.SubscriberFailed(_logger, e, typeof(T).Name, change.Key);
                }
            }

            foreach (var progressed in _progress)
            {
                progressed(typeof(T), change.Key);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 210,
            Level = LogLevel.Error,
            Message = "A subscriber failed on a change of {Kind} {Key}; its reaction to this change is lost."
        )]
        public static partial void SubscriberFailed(ILogger logger, Exception e, string kind, ObjectKey key);
    }
}
