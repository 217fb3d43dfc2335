using System.Collections.Concurrent;
using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Reads which defaults count as the operator wrote it down, for whoever looks at a namespace as the operator does;
/// each namespace once.
/// </summary>
internal sealed class PublishedDefaults(IKubeApi api) : IDefaults
{
    private readonly ConcurrentDictionary<string, DefaultsInForce> _known = new(StringComparer.Ordinal);

    /// <summary>Returns none where they may not be read.</summary>
    public async Task<DefaultsInForce> ReadAsync(string ns, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(ns, out var known))
        {
            return known;
        }

        IDictionary<string, string>? data = null;
        try
        {
            data = (await api.GetAsync<V1ConfigMap>(ns, DefaultsObjects.InForce, cancellationToken))?.Data;
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            // Nothing is known of them then, as of ConfigMaps that specs name.
        }

        var (mine, operators) = (
            Layer(data, DefaultsObjects.NamespaceKey, DefaultsOrigin.Namespace),
            Layer(data, DefaultsObjects.OperatorKey, DefaultsOrigin.Operator)
        );
        return _known[ns] =
            mine is null && operators is null ? DefaultsInForce.None : new DefaultsInForce(mine, operators, []);
    }

    private static DefaultsLayer? Layer(IDictionary<string, string>? data, string key, DefaultsOrigin from) =>
        data is not null && data.TryGetValue(key, out var text) && DefaultsText.Parse(from, text).TryGet(out var layer)
            ? layer
            : null;
}
