using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Host;

/// <summary>
/// Declares caches and controllers. <see cref="ControllerHost"/> runs them against a cluster; a simulation runs the
/// same ones in time of its own.
/// </summary>
public interface IControllerHost
{
    /// <summary>Gets the API for controllers.</summary>
    IKubeApi Api { get; }

    /// <summary>Gets the writer of Kubernetes events.</summary>
    IEventRecorder Events { get; }

    /// <summary>Gets what all of it logs to.</summary>
    ILoggerFactory Loggers { get; }

    /// <summary>Gets the API server's minor version; null while nobody knows.</summary>
    int? ServerMinor { get; }

    /// <summary>Gets whether this process works now: a standby doesn't.</summary>
    bool IsWorking { get; }

    /// <summary>Gets the cache of a kind, which is made if nobody asked for it before.</summary>
    IIndexer<T> Cache<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Gets a cache of metadata alone.</summary>
    IIndexer<PartialObjectMetadata<T>> MetadataCache<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Adds an index to a kind's cache, for <see cref="IIndexer{T}.ByIndex"/>.</summary>
    void Index<T>(string name, Func<T, IEnumerable<string>> valuesOf)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reduces a kind's objects to what is kept of them in the cache.</summary>
    void Keep<T>(Func<T, T> partOf)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Adds a controller; its name, for logs and metrics, defaults to the kind in lower case.</summary>
    IControllerBuilder<TEntity> For<TEntity>(
        IEntityController<TEntity> controller,
        ControllerOptions? options = null,
        string? name = null
    )
        where TEntity : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Calls this whenever a term begins, before any reconcile of it.</summary>
    void OnTerm(Action begin);
}
