using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Control;

/// <summary>Predicates for <see cref="ControllerBuilder{TEntity}.WithPredicate"/>.</summary>
internal static class Predicates
{
    /// <summary>
    /// Lets only changes of spec (by generation), labels, annotations, finalizers, owners and deletion through: not
    /// those of status, which are our own.
    /// </summary>
    public static bool MoreThanStatus<T>(T before, T after)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (a, b) = (before.Metadata, after.Metadata);
        return a.Generation != b.Generation
            || a.DeletionTimestamp != b.DeletionTimestamp
            || !Same(a.Labels, b.Labels)
            || !Same(a.Annotations, b.Annotations)
            || !(a.Finalizers ?? []).SequenceEqual(b.Finalizers ?? [])
            || !(a.OwnerReferences ?? [])
                .Select(o => o.Uid)
                .SequenceEqual((b.OwnerReferences ?? []).Select(o => o.Uid));
    }

    private static bool Same(IDictionary<string, string>? a, IDictionary<string, string>? b) =>
        (a?.Count ?? 0) == (b?.Count ?? 0)
        && (a ?? new Dictionary<string, string>()).All(pair =>
            b!.TryGetValue(pair.Key, out var value) && value == pair.Value
        );
}
