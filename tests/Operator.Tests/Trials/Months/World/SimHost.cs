using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Takes the place of the runtime's host in a simulated world: the operator declares itself to it.</summary>
/// <param name="api">The API server, as this life of the operator sees it.</param>
/// <param name="feedOf">Makes what fills a cache.</param>
/// <param name="life">Of the process.</param>
/// <param name="time">The world's.</param>
/// <param name="broken">Takes what must not be.</param>
internal sealed class SimHost(SimApi api, SimFeeds feedOf, SimLife life, SimTime time, Action<string> broken)
    : IControllerHost,
        IEventRecorder
{
    private readonly Dictionary<Type, ISimFeed> _feeds = [];
    private readonly List<ISimController> _controllers = [];

    public SimApi Api => api;

    IKubeApi IControllerHost.Api => api;

    public IEventRecorder Events => this;

    public ILoggerFactory Loggers => NullLoggerFactory.Instance;

    public int? ServerMinor => 36;

    public bool IsWorking => life.Leads;

    public SimLife Life => life;

    public SimTime Time => time;

    public IReadOnlyCollection<ISimFeed> Feeds => _feeds.Values;

    /// <summary>Gets the controllers, builds before images.</summary>
    public IReadOnlyList<ISimController> Controllers => _controllers;

    public void Broken(string what) => broken(what);

    public IInformer? InformerOf(Type kind) => _feeds.GetValueOrDefault(kind);

    /// <summary>Gets what fills a kind's cache.</summary>
    public SimFeed<T> Feed<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (!_feeds.TryGetValue(typeof(T), out var feed))
        {
            _feeds[typeof(T)] = feed = feedOf.Of<T>();
            feed.OnProgress((kind, written) => _controllers.ForEach(c => c.Progressed(kind, written)));
        }

        var found = (SimFeed<T>)feed;
        found.Select(labelSelector);
        return found;
    }

    public IIndexer<T> Cache<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta> => Feed<T>(labelSelector).Cache;

    public IIndexer<PartialObjectMetadata<T>> MetadataCache<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta> => Cache<PartialObjectMetadata<T>>(labelSelector);

    public void Index<T>(string name, Func<T, IEnumerable<string>> valuesOf)
        where T : class, IKubernetesObject<V1ObjectMeta> => Feed<T>().Cache.AddIndex(name, valuesOf);

    public void Keep<T>(Func<T, T> partOf)
        where T : class, IKubernetesObject<V1ObjectMeta> => Feed<T>().Cache.Keep(partOf);

    public IControllerBuilder<TEntity> For<TEntity>(
        IEntityController<TEntity> controller,
        ControllerOptions? options = null,
        string? name = null
    )
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        var made = new SimController<TEntity>(this, controller);
        _controllers.Add(made);
        return made;
    }

    /// <inheritdoc/>
    public void OnTerm(Action begin)
    {
        // A life of the operator is one term.
    }

    /// <inheritdoc/>
    public void Publish(
        IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note
    )
    {
        // Events go nowhere here.
    }
}
