using GemmaOperator.Runtime.Caching;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubectlGemma.Cluster;

/// <summary>Mirrors kinds by list and watch, for what stays open longer than one answer.</summary>
internal sealed partial class GemmaCluster
{
    /// <summary>Makes a mirror, which fills once it runs.</summary>
    /// <param name="ns">Null: of all namespaces.</param>
    /// <param name="labels">Label selector; null: all.</param>
    public Informer<T> Mirror<T>(string? ns, string? labels)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var options = new ReflectorOptions { LabelSelector = labels, PageSize = PageSize };
        return new Informer<T>(
            Api,
            own => new KubeWatch<T>(_transport, own, _options.Timeout, _time),
            options,
            ns is null ? [] : [ns],
            observer: null,
            static _ => { },
            answers: null,
            _time,
            NullLogger.Instance
        );
    }
}
