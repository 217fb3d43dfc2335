using System.Text.Json;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Lets one bad object of a list be bad alone.</summary>
internal sealed class KubeItemConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(KubeItem<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<KubeItem<T>>
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        public override KubeItem<T> Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => KubeItem<T>.Read(ref reader, options);

        public override void Write(Utf8JsonWriter writer, KubeItem<T> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Lists are only read.");
    }
}
