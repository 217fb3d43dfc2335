using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Transport;

/// <summary>JSON as the API server speaks it: KubernetesClient's conventions, exact times, hardly any managedFields.</summary>
internal static class KubeJson
{
    /// <summary>An annotation that only kubectl reads, and that can be as large as the object itself.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>
    /// In characters. Longer ones are tools' notes to themselves. Those of the kind's own API group are kept at any length,
    /// since they are addressed to whoever looks after the kind.
    /// </summary>
    private const int LongestAnnotation = 1024;

    /// <summary>In bytes: an object of a list that isn't whole yet is looked through from its start again.</summary>
    private const int BufferSize = 128 * 1024;

    public static JsonSerializerOptions Options { get; } = Create(microTime: false);

    private static JsonSerializerOptions MicroTimeOptions { get; } = Create(microTime: true);

    /// <summary>Options for a type: leases and events have MicroTimes, all others Times.</summary>
    public static JsonSerializerOptions For(Type type) =>
        type == typeof(V1Lease) || type == typeof(Eventsv1Event) ? MicroTimeOptions : Options;

    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, For(typeof(T)));

    /// <summary>Fills in what list items lack, and drops what nobody here reads.</summary>
    public static T Trim<T>(T entity, KubeResource resource)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (string.IsNullOrEmpty(entity.Kind) || resource.MetadataOnly)
        {
            (entity.ApiVersion, entity.Kind) = (resource.ApiVersion, resource.Kind);
        }

        if (entity.Metadata?.Annotations is { Count: > 0 } annotations)
        {
            foreach (var name in annotations.Where(a => IsDropped(a.Key, a.Value, resource)).Select(a => a.Key).ToList())
            {
                annotations.Remove(name);
            }
        }

        return entity;
    }

    private static bool IsDropped(string name, string? value, KubeResource resource) =>
        name == LastApplied || (value?.Length > LongestAnnotation && !IsOwn(name, resource.Group));

    private static bool IsOwn(string name, string group) =>
        group.Length > 0 && name.StartsWith(group, StringComparison.Ordinal) && name.AsSpan(group.Length).StartsWith('/');

    private static JsonSerializerOptions Create(bool microTime)
    {
        JsonSerializerOptions? theirs = null;
        KubernetesJson.AddJsonOptions(options => theirs = options);
        var ours = new JsonSerializerOptions(theirs!) { DefaultBufferSize = BufferSize };
        ours.Converters.Insert(0, new KubeTimeConverter(microTime));
        ours.Converters.Insert(0, new PooledStringConverter());
        ours.Converters.Insert(0, new KubeTimeOffsetConverter(microTime));
        ours.TypeInfoResolver = ours.TypeInfoResolver!.WithAddedModifier(WithFewManagedFields);
        ours.MakeReadOnly();
        return ours;
    }

    private static void WithFewManagedFields(JsonTypeInfo type)
    {
        if (type.Type == typeof(V1ObjectMeta)
            && type.Properties.FirstOrDefault(p => p.Name == "managedFields") is { } managedFields)
        {
            managedFields.CustomConverter = new ScaleManagersConverter();
            managedFields.ShouldSerialize = (_, _) => false;
        }
    }
}
