using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Reads of an object's metadata what names it and its version, and makes nothing of the rest: anybody who may create
/// ConfigMaps may hang a quarter of a mebibyte on each. The serializer has the whole value at hand before it asks a
/// converter, so that TrySkip never falls short.
/// </summary>
internal sealed class BareMetadataConverter : JsonConverter<V1ObjectMeta>
{
    public override V1ObjectMeta? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _ = reader.TrySkip();
            return null;
        }

        var texts = (JsonConverter<string>)options.GetConverter(typeof(string));
        var kept = new V1ObjectMeta();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Action<string?>? set =
                reader.ValueTextEquals("name"u8) ? text => kept.Name = text
                : reader.ValueTextEquals("namespace"u8) ? text => kept.NamespaceProperty = text
                : reader.ValueTextEquals("uid"u8) ? text => kept.Uid = text
                : reader.ValueTextEquals("resourceVersion"u8) ? text => kept.ResourceVersion = text
                : null;
            reader.Read();
            if (set is not null && reader.TokenType == JsonTokenType.String)
            {
                set(texts.Read(ref reader, typeof(string), options));
            }
            else
            {
                _ = reader.TrySkip();
            }
        }

        return kept;
    }

    public override void Write(Utf8JsonWriter writer, V1ObjectMeta value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Metadata alone is only read.");
}
