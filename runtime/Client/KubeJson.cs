using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// JSON as the API server speaks it: KubernetesClient's conventions, exact times, hardly any managedFields.
/// </summary>
internal static class KubeJson
{
    /// <summary>An annotation that only kubectl reads, and that can be as large as the object itself.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>
    /// In characters. Longer ones are tools' notes to themselves. Those of the kind's own API group are kept at any
    /// length, since they are addressed to whoever looks after the kind.
    /// </summary>
    private const int LongestAnnotation = 1024;

    /// <summary>Of built-in kinds, what many objects say in the same words.</summary>
    private static readonly HashSet<Type> SharedTypes =
    [
        typeof(IDictionary<string, string>),
        typeof(IReadOnlyDictionary<string, string>),
        typeof(IList<string>),
        typeof(IReadOnlyList<string>),
        typeof(IList<V1OwnerReference>),
        typeof(IList<V1ContainerPort>),
        typeof(IList<V1EnvVar>),
        typeof(IList<V1Volume>),
        typeof(IList<V1VolumeMount>),
        typeof(IList<V1Toleration>),
        typeof(IList<V1ServicePort>),
        typeof(V1DeploymentStrategy),
        typeof(V1PodSecurityContext),
        typeof(V1Probe),
        typeof(V1ResourceRequirements),
        typeof(V1SecurityContext),
    ];

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

        if (
            entity.Metadata?.Annotations is { } annotations
            && annotations.Any(a => IsDropped(a.Key, a.Value, resource))
        )
        {
            // A new map: the one that was read may be shared.
            entity.Metadata.Annotations = annotations
                .Where(a => !IsDropped(a.Key, a.Value, resource))
                .ToDictionary(StringComparer.Ordinal);
        }

        return entity;
    }

    private static bool IsDropped(string name, string? value, KubeResource resource) =>
        name == LastApplied || (value?.Length > LongestAnnotation && !IsOwn(name, resource.Group));

    private static bool IsOwn(string name, string group) =>
        group.Length > 0
        && name.StartsWith(group, StringComparison.Ordinal)
        && name.AsSpan(group.Length).StartsWith('/');

    private static JsonSerializerOptions Create(bool microTime)
    {
        JsonSerializerOptions? theirs = null;
        KubernetesJson.AddJsonOptions(options => theirs = options);
        var ours = new JsonSerializerOptions(theirs!);
        ours.Converters.Insert(0, new KubeTimeConverter(microTime));
        ours.Converters.Insert(0, new PooledStringConverter());
        ours.Converters.Insert(0, new KubeTimeOffsetConverter(microTime));
        ours.TypeInfoResolver = ours.TypeInfoResolver!.WithAddedModifier(WithFewManagedFields)
            .WithAddedModifier(WithSharedValues);
        ours.MakeReadOnly();
        return ours;
    }

    private static void WithFewManagedFields(JsonTypeInfo type)
    {
        if (
            type.Type == typeof(V1ObjectMeta)
            && type.Properties.FirstOrDefault(p => p.Name == "managedFields") is { } managedFields
        )
        {
            managedFields.CustomConverter = new ScaleManagersConverter();
            managedFields.ShouldSerialize = (_, _) => false;
        }
    }

    /// <summary>
    /// Settings are shared, of whatever kind; not so a spec itself, which hardly ever is the same as another's.
    /// </summary>
    private static void WithSharedValues(JsonTypeInfo type)
    {
        if (type.Type.IsAssignableTo(typeof(IKubernetesObject)))
        {
            return;
        }

        foreach (var property in type.Properties.Where(p => p.CustomConverter is null && IsShared(p.PropertyType)))
        {
            property.CustomConverter = (JsonConverter)
                typeof(SharedValueConverter<>)
                    .MakeGenericType(property.PropertyType)
                    .GetProperty(nameof(SharedValueConverter<object>.Instance))!
                    .GetValue(obj: null)!;
        }
    }

    private static bool IsShared(Type type) =>
        (type.IsClass && type.Name.EndsWith("Spec", StringComparison.Ordinal)) || SharedTypes.Contains(type);
}
