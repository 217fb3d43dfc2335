using System.Collections.Concurrent;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Tenancy;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Reads the defaults of the operator and of each namespace, and writes down which of them count before they do: after
/// a restart, what is written then may not be good.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="configMaps">Reads those of the namespaces that are watched.</param>
/// <param name="operators">The operator's own.</param>
/// <param name="ownNamespace">Where it runs.</param>
/// <param name="tenants">What those of namespaces may name.</param>
/// <param name="logger">What it tells.</param>
internal sealed partial class DefaultsKeeper(
    IKubeApi api,
    ConfigMapReader configMaps,
    DefaultsSource operators,
    string ownNamespace,
    TenantPolicy tenants,
    ILogger logger
) : IDefaults
{
    private const int MostTold = 10;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    private LayerState? _operators;

    /// <summary>Gets what was written as defaults and doesn't count, one line each.</summary>
    public IReadOnlyList<string> Problems =>
        [
            .. new[] { _operators?.Problem }
                .Concat(
                    _known
                        .OrderBy(k => k.Key, StringComparer.Ordinal)
                        .Select(k => k.Value.Own.Problem is { } problem ? $"namespace {k.Key}: {problem}" : null)
                )
                .OfType<string>()
                .Take(MostTold),
        ];

    /// <summary>Returns the objects for which a change of their namespace's defaults is news.</summary>
    public static IEnumerable<ObjectKey> Inheriting(IIndexer<GemmaBaseImage> images, string ns) =>
        images.List(ns).Where(i => i.Spec?.Defaults?.Policy.Value != DefaultsPolicy.Ignore).Select(ObjectKey.Of);

    /// <summary>Returns the objects whose defaults name an object, as far as they are known.</summary>
    public IEnumerable<ObjectKey> Naming(
        IIndexer<GemmaBaseImage> images,
        Func<GemmaBaseImageSpec?, IEnumerable<(string Field, string Name)>> named,
        V1ObjectMeta metadata
    ) =>
        _known.TryGetValue(metadata.NamespaceProperty, out var known) && known.InForce.Layers.Count > 0
            ? images
                .List(metadata.NamespaceProperty)
                .Where(i => i.Spec is not null)
                .Where(i => named(Inheritance.Of(i.Spec!, known.InForce).Spec).Any(o => o.Name == metadata.Name))
                .Select(ObjectKey.Of)
            : [];

    /// <summary>Forgets all: a term begins, and another may have led meanwhile.</summary>
    public void Reset()
    {
        _known.Clear();
        _operators = null;
    }

    public async Task<DefaultsInForce> ReadAsync(string ns, CancellationToken cancellationToken)
    {
        var wide = _operators ?? await OperatorsAsync(cancellationToken);
        var source = await SourceAsync(ns, cancellationToken);
        var before = _known.GetValueOrDefault(ns);
        var version = configMaps.VersionOf(ns, DefaultsObjects.InForce);
        if (before?.Source == source && ReferenceEquals(before.Operators, wide) && before.KeptVersion == version)
        {
            return before.InForce;
        }

        var (kept, keptOperators) = version.Length > 0 ? await KeptAsync(ns, cancellationToken) : (null, null);
        var own = LayerPolicy.Decide(
            source,
            kept ?? before?.Own.InForce?.Text,
            DefaultsOrigin.Namespace,
            wide.InForce,
            tenants
        );
        if (kept != own.InForce?.Text || keptOperators != wide.InForce?.Text)
        {
            await KeepAsync(ns, own.InForce?.Text, wide.InForce?.Text, cancellationToken);
        }

        var now = new Known(source, wide, own, version);
        if (own.Problem is { } problem && before?.Own.Problem != problem)
        {
            Log.Invalid(logger, ns, problem);
        }

        return (
            _known[ns] = before is not null && before.IsSame(now) ? now with { InForce = before.InForce } : now
        ).InForce;
    }

    /// <summary>Reads the operator's own once, when the first object is looked at.</summary>
    private async Task<LayerState> OperatorsAsync(CancellationToken cancellationToken)
    {
        if (operators is { Text: null, Problem: null })
        {
            return _operators = LayerState.None;
        }

        var data = await DataAsync(ownNamespace, cancellationToken);
        var kept = data?.GetOrDefault(DefaultsObjects.OperatorKey);
        var state = LayerPolicy.Decide(operators, kept, DefaultsOrigin.Operator, below: null, TenantPolicy.None);
        if (state.InForce is { } good && good.Text != kept)
        {
            await KeepAsync(
                ownNamespace,
                data?.GetOrDefault(DefaultsObjects.NamespaceKey),
                good.Text,
                cancellationToken
            );
        }

        if (Interlocked.CompareExchange(ref _operators, state, null) is { } first)
        {
            return first;
        }

        if (state.Problem is { } problem)
        {
            Log.Invalid(logger, ownNamespace, problem);
        }

        return state;
    }

    private async Task<DefaultsSource> SourceAsync(string ns, CancellationToken cancellationToken)
    {
        const string name = $"ConfigMap {DefaultsObjects.Source}";
        if (configMaps.IsMissing(ns, DefaultsObjects.Source))
        {
            return new DefaultsSource(name, null);
        }

        var (text, error) = await configMaps.ReadAsync(
            ns,
            DefaultsObjects.Source,
            DefaultsObjects.SourceKey,
            cancellationToken
        );
        return new DefaultsSource(name, text, error);
    }

    private async Task<(string? Namespace, string? Operators)> KeptAsync(string ns, CancellationToken cancellationToken)
    {
        var data = await DataAsync(ns, cancellationToken);
        return (data?.GetOrDefault(DefaultsObjects.NamespaceKey), data?.GetOrDefault(DefaultsObjects.OperatorKey));
    }

    private async Task<KeptData?> DataAsync(string ns, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync<V1ConfigMap>(ns, DefaultsObjects.InForce, cancellationToken) is { } map
                ? new KeptData(map.Data)
                : null;
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            Log.NotKept(logger, ns, e.Message);
            return null;
        }
    }

    /// <summary>Writes down what counts from now on; what may not be written still counts, until a restart.</summary>
    private async Task KeepAsync(string ns, string? own, string? wide, CancellationToken cancellationToken)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        if (own is not null)
        {
            data[DefaultsObjects.NamespaceKey] = own;
        }

        if (wide is not null)
        {
            data[DefaultsObjects.OperatorKey] = wide;
        }

        try
        {
            await api.ApplyAsync(
                new V1ConfigMap
                {
                    Metadata = new V1ObjectMeta { Name = DefaultsObjects.InForce, NamespaceProperty = ns },
                    Data = data,
                },
                cancellationToken
            );
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            Log.NotKept(logger, ns, e.Message);
        }
    }

    private sealed record KeptData(IDictionary<string, string>? Data)
    {
        public string? GetOrDefault(string key) =>
            Data is not null && Data.TryGetValue(key, out var text) ? text : null;
    }

    private sealed record Known(DefaultsSource Source, LayerState Operators, LayerState Own, string KeptVersion)
    {
        /// <summary>Gets what counts; the same instance for as long as that is the same.</summary>
        public DefaultsInForce InForce { get; init; } =
            Own is { InForce: null, Problem: null } && Operators is { InForce: null, Problem: null }
                ? DefaultsInForce.None
                : new DefaultsInForce(
                    Own.InForce,
                    Operators.InForce,
                    [
                        .. new[]
                        {
                            (DefaultsOrigin.Namespace, Message: Own.Problem),
                            (DefaultsOrigin.Operator, Message: Operators.Problem),
                        }
                            .Where(p => p.Message is not null)
                            .Select(p => (p.Item1, p.Message!)),
                    ]
                );

        public bool IsSame(Known other) =>
            Own.Problem == other.Own.Problem
            && Own.InForce?.Text == other.Own.InForce?.Text
            && ReferenceEquals(Operators, other.Operators);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Defaults of {Namespace} don't count: {Problem}")]
        public static partial void Invalid(ILogger logger, string nameSpace, string problem);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Defaults in force in {Namespace} can't be written down, and are lost with a restart: {Error}"
        )]
        public static partial void NotKept(ILogger logger, string nameSpace, string error);
    }
}
