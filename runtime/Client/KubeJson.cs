using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Holds serializer options for JSON as the API server speaks it: KubernetesClient's conventions, exact times, equal
/// values shared, and of managedFields no more than is asked for.
/// </summary>
internal sealed class KubeJson
{
    /// <summary>Shares instances, one for each set of managers: options are costly to warm up.</summary>
    private static readonly ConcurrentDictionary<string, KubeJson> Known = new(StringComparer.Ordinal);

    private static readonly PooledStringConverter Strings = new();

    private static readonly BareMetadataConverter BareMetadata = new();

    /// <summary>Lists what many objects of built-in kinds say in the same words.</summary>
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

    private readonly JsonSerializerOptions _times;
    private readonly JsonSerializerOptions _microTimes;

    private KubeJson(ManagedFieldsConverter managedFields) =>
        (_times, _microTimes) = (Create(managedFields, microTime: false), Create(managedFields, microTime: true));

    /// <summary>Keeps no managedFields at all.</summary>
    public static KubeJson Plain { get; } = Keeping([]);

    /// <summary>Gets the options of <see cref="Plain"/> for all types without MicroTimes.</summary>
    public static JsonSerializerOptions Options { get; } = Plain._times;

    /// <summary>Gets the instance that keeps managedFields of these subresources, for example <c>scale</c>.</summary>
    public static KubeJson Keeping(IEnumerable<string> subresources)
    {
        var names = subresources.Order(StringComparer.Ordinal).ToList();
        return Known.GetOrAdd(string.Join(' ', names), _ => new KubeJson(new ManagedFieldsConverter(names)));
    }

    /// <summary>Gets the options for a type: leases and events have MicroTimes, all others Times.</summary>
    public JsonSerializerOptions For(Type type) =>
        type == typeof(V1Lease) || type == typeof(Corev1Event) ? _microTimes : _times;

    /// <summary>Renders a body to send. managedFields are never sent.</summary>
    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Plain.For(typeof(T)));

    private static JsonSerializerOptions Create(ManagedFieldsConverter managedFields, bool microTime)
    {
        JsonSerializerOptions? theirs = null;
        KubernetesJson.AddJsonOptions(options => theirs = options);
        var ours = new JsonSerializerOptions(theirs!);
        ours.Converters.Insert(0, new KubeTimeConverter(microTime));
        ours.Converters.Insert(0, Strings);
        ours.Converters.Insert(0, new KubeTimeOffsetConverter(microTime));
        ours.Converters.Insert(0, new KubeItemConverter());
        ours.Converters.Insert(
            0,
            new QuantityConverter((JsonConverter<ResourceQuantity>)theirs!.GetConverter(typeof(ResourceQuantity)))
        );
        ours.TypeInfoResolver = ours.TypeInfoResolver!.WithAddedModifier(type =>
                WithFewManagedFields(type, managedFields)
            )
            .WithAddedModifier(WithBareMetadata)
            .WithAddedModifier(WithSharedValues);
        ours.MakeReadOnly();
        return ours;
    }

    private static void WithFewManagedFields(JsonTypeInfo type, ManagedFieldsConverter kept)
    {
        if (
            type.Type == typeof(V1ObjectMeta)
            && type.Properties.FirstOrDefault(p => p.Name == "managedFields") is { } property
        )
        {
            property.CustomConverter = kept;
            property.ShouldSerialize = (_, _) => false;
        }
    }

    private static void WithBareMetadata(JsonTypeInfo type)
    {
        if (
            type.Type.IsGenericType
            && type.Type.GetGenericTypeDefinition() == typeof(PartialObjectMetadata<>)
            && type.Properties.FirstOrDefault(p => p.PropertyType == typeof(V1ObjectMeta)) is { } property
        )
        {
            property.CustomConverter = BareMetadata;
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
