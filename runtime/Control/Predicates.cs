using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Control;

/// <summary>Holds predicates for <c>ControllerBuilder.WithPredicate</c>.</summary>
public static class Predicates
{
    /// <summary>
    /// Returns true when more than the status has changed: the spec (by its generation, which the API server counts up
    /// with every change of it), a label, an annotation, a finalizer, an owner, or that deletion has begun. So a
    /// controller isn't woken by the status it wrote itself. Of kinds that have no generation, such as ConfigMap,
    /// every change matters: nothing else tells that their content has changed.
    /// </summary>
    public static bool MoreThanStatus<T>(T before, T after)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (a, b) = (before.Metadata, after.Metadata);
        return a.Generation is null
            || a.Generation != b.Generation
            || a.DeletionTimestamp != b.DeletionTimestamp
            || !AreSame(a.Labels, b.Labels)
            || !AreSame(a.Annotations, b.Annotations)
            || !AreSame(a.Finalizers, b.Finalizers)
            || !AreSame(a.OwnerReferences, b.OwnerReferences);
    }

    /// <summary>Caches share equal maps, so that most comparisons end at the first line.</summary>
    private static bool AreSame(IDictionary<string, string>? a, IDictionary<string, string>? b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        if ((a?.Count ?? 0) != (b?.Count ?? 0))
        {
            return false;
        }

        foreach (var (name, value) in a ?? new Dictionary<string, string>())
        {
            if (!b!.TryGetValue(name, out var other) || other != value)
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSame(IList<string>? a, IList<string>? b) =>
        ReferenceEquals(a, b) || (a ?? []).SequenceEqual(b ?? []);

    private static bool AreSame(IList<V1OwnerReference>? a, IList<V1OwnerReference>? b) =>
        ReferenceEquals(a, b)
        || (a ?? []).Select(owner => owner.Uid).SequenceEqual((b ?? []).Select(owner => owner.Uid));
}
