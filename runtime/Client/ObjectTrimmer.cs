using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Drops from objects that were read what would fill memory and what nobody here reads.</summary>
internal static class ObjectTrimmer
{
    /// <summary>Names an annotation that only kubectl reads, and that can be as large as the object itself.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>
    /// Bounds annotations, in characters. Longer ones are tools' notes to themselves. Those of the kind's own API group
    /// are kept at any length, since they are addressed to whoever looks after the kind.
    /// </summary>
    private const int LongestAnnotation = 1024;

    /// <summary>Bounds the annotations of an object that aren't of its own API group, in characters.</summary>
    private const int MostOfForeign = 16 * 1024;

    /// <summary>
    /// Fills in the kind that list items lack, and drops annotations that are tools' notes to themselves. Changes and
    /// returns <paramref name="entity"/>.
    /// </summary>
    public static T Trim<T>(T entity, KubeResource resource)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (string.IsNullOrEmpty(entity.Kind) || resource.MetadataOnly)
        {
            (entity.ApiVersion, entity.Kind) = (resource.ApiVersion, resource.Kind);
        }

        if (entity.Metadata?.Annotations is not { } annotations)
        {
            return entity;
        }

        var isMuch = annotations.Sum(a => Size(a, resource)) > MostOfForeign;
        if (isMuch || annotations.Any(a => IsDropped(a.Key, a.Value, resource)))
        {
            // A new map: the one that was read may be shared.
            entity.Metadata.Annotations = Kept(annotations, resource);
        }

        return entity;
    }

    /// <summary>Keeps the shortest where all are too much: long ones are tools' notes, or ill will.</summary>
    private static Dictionary<string, string> Kept(IDictionary<string, string> all, KubeResource resource)
    {
        var room = MostOfForeign;
        return all.Where(a => !IsDropped(a.Key, a.Value, resource))
            .OrderBy(a => Size(a, resource))
            .TakeWhile(a => (room -= Size(a, resource)) >= 0)
            .ToDictionary(StringComparer.Ordinal);
    }

    private static int Size(KeyValuePair<string, string> annotation, KubeResource resource) =>
        IsOwn(annotation.Key, resource.Group) ? 0 : annotation.Key.Length + (annotation.Value?.Length ?? 0);

    private static bool IsDropped(string name, string? value, KubeResource resource) =>
        name == LastApplied || (value?.Length > LongestAnnotation && !IsOwn(name, resource.Group));

    private static bool IsOwn(string name, string group) =>
        group.Length > 0
        && name.StartsWith(group, StringComparison.Ordinal)
        && name.AsSpan(group.Length).StartsWith('/');
}
