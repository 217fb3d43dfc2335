using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Of managedFields, often the larger half of an object, keeps only who set it through the scale subresource: whether
/// an autoscaler owns the number of replicas is the one thing here that is asked of them. Never written. The serializer
/// has the whole value at hand before it asks a converter, so that TrySkip never falls short.
/// </summary>
internal sealed class ScaleManagersConverter : JsonConverter<IList<V1ManagedFieldsEntry>>
{
    public override IList<V1ManagedFieldsEntry>? Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _ = reader.TrySkip();
            return null;
        }

        List<V1ManagedFieldsEntry>? kept = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var entry = reader;
            if (IsScale(ref reader))
            {
                (kept ??= []).Add(JsonSerializer.Deserialize<V1ManagedFieldsEntry>(ref entry, options)!);
                reader = entry;
            }
        }

        return kept;
    }

    public override void Write(
        Utf8JsonWriter writer,
        IList<V1ManagedFieldsEntry> value,
        JsonSerializerOptions options
    ) => throw new NotSupportedException("managedFields are the server's.");

    /// <summary>False with the reader at the end of the entry.</summary>
    private static bool IsScale(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _ = reader.TrySkip();
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSubresource = reader.ValueTextEquals("subresource"u8);
            reader.Read();
            if (isSubresource && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("scale"u8))
            {
                return true;
            }

            _ = reader.TrySkip();
        }

        return false;
    }
}
