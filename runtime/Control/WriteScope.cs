using System.Collections.Concurrent;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Control;

/// <summary>
/// Collects the writes of the reconcile that is running: ambient, so that code in the middle can call the API without
/// knowing for whom it runs.
/// </summary>
internal sealed class WriteScope : IWriteLog
{
    private static readonly AsyncLocal<ConcurrentQueue<Write>?> Ambient = new();

    /// <summary>Collects from here on, for this flow of control and all that it starts.</summary>
    public static ConcurrentQueue<Write> Begin() => Ambient.Value = new ConcurrentQueue<Write>();

    public void Wrote<T>(T result)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (result.Metadata?.ResourceVersion is { } version)
        {
            Ambient.Value?.Enqueue(new Write(typeof(T), ObjectKey.Of(result), version));
        }
    }

    public void Deleted<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Ambient.Value?.Enqueue(new Write(typeof(T), key, ResourceVersion: null));
}
