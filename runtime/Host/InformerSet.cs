using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Metrics;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Runtime.Host;

/// <summary>
/// Holds one informer for each kind that was asked for, until it is closed by the start of the host; of several
/// namespaces each is listed and watched alone.
/// </summary>
/// <param name="api">Lists.</param>
/// <param name="transport">Watches.</param>
/// <param name="options">Of the host.</param>
/// <param name="metrics">Told about lists and watches.</param>
/// <param name="tell">Told about every object that can't be read.</param>
/// <param name="answers">Ends the pauses of all when the API server answers again.</param>
/// <param name="time">Monotonic time.</param>
/// <param name="loggers">One logger for each kind.</param>
internal sealed class InformerSet(
    IKubeApi api,
    KubeTransport transport,
    ControllerHostOptions options,
    RuntimeMetrics metrics,
    Action<Unreadable> tell,
    AnswerSignal answers,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    private readonly Dictionary<Type, IInformer> _informers = [];
    private bool _isClosed;

    /// <summary>Gets all of them.</summary>
    public IReadOnlyCollection<IInformer> All => _informers.Values;

    /// <summary>Closes the set: from here on what is asked for must be there already.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Gets the informer of a kind, made now if nobody asked for it before.</summary>
    /// <param name="labelSelector">Null: as others who ask for the kind have it, or all objects.</param>
    /// <exception cref="InvalidOperationException">
    /// The host runs, or the kind is cached with another selector.
    /// </exception>
    public Informer<T> Get<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (_isClosed)
        {
            throw new InvalidOperationException("Caches and controllers are declared before the start.");
        }

        if (_informers.TryGetValue(typeof(T), out var known))
        {
            var informer = (Informer<T>)known;
            return labelSelector is null || informer.Options.LabelSelector == labelSelector
                ? informer
                : throw new InvalidOperationException(
                    $"{typeof(T).Name} is already cached with selector '{informer.Options.LabelSelector}'."
                );
        }

        var caching = options.Caches with { LabelSelector = labelSelector };
        var logger = loggers.CreateLogger<Informer<T>>();
        var added = new Informer<T>(
            api,
            own => new KubeWatch<T>(transport, own, options.Transport.Timeout, time),
            caching,
            options.Namespaces,
            metrics,
            tell,
            answers,
            time,
            logger
        );
        _informers.Add(typeof(T), added);
        return added;
    }

    /// <summary>Returns the informer that sees writes of a kind; null when none does.</summary>
    public IInformer? ThatSees(Type kind) =>
        _informers.GetValueOrDefault(kind)
        ?? _informers.GetValueOrDefault(typeof(PartialObjectMetadata<>).MakeGenericType(kind));
}
