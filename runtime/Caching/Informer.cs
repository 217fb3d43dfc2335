using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Ties a cache to the reflector that fills it and to those who want to hear of changes. One per kind and process.
/// </summary>
internal sealed partial class Informer<T> : IInformer
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Reflector<T> _reflector;
    private readonly ILogger _logger;
    private readonly List<Action<CacheChange<T>>> _subscribers = [];
    private readonly List<Action<Type, ObjectKey>> _progress = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Informer(
        IKubeApi api,
        KubeWatch<T> watch,
        ReflectorOptions options,
        IReflectorObserver? observer,
        Action<Unreadable> tell,
        AnswerSignal? answers,
        TimeProvider time,
        ILogger logger
    )
    {
        _logger = logger;
        Options = options;
        _reflector = new Reflector<T>(api, watch, Cache, Publish, tell, options, observer, answers, time, logger);
    }

    public ObjectCache<T> Cache { get; } = new();

    public ReflectorOptions Options { get; }

    public Type EntityType => typeof(T);

    public IReadOnlyList<Unreadable> Unreadable => Cache.Unreadable;

    public ReflectorHealth Health => _reflector.Health;

    public Task Synced => _synced.Task;

    /// <summary>
    /// Subscribes to changes; only before <see cref="RunAsync"/>. Called on the reflector's thread, so it must be
    /// quick.
    /// </summary>
    public void Subscribe(Action<CacheChange<T>> changed) => _subscribers.Add(changed);

    public void OnProgress(Action<Type, ObjectKey> progressed) => _progress.Add(progressed);

    public bool HasSeen(ObjectKey key, string? resourceVersion) =>
        resourceVersion is null
            ? Cache.Get(key.Namespace, key.Name) is not { Metadata.DeletionTimestamp: null }
            : Cache.HasSeen(key, resourceVersion);

    public Task RunAsync(CancellationToken cancellationToken) => _reflector.RunAsync(cancellationToken);

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

        _synced.TrySetResult();
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
