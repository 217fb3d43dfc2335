using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Keeps, of managedFields, which are often the larger half of an object, only the entries that were made through one
/// of the given subresources. Never writes any. The serializer has the whole value at hand before it asks a converter,
/// so that TrySkip never falls short.
/// </summary>
/// <param name="subresources">For example <c>scale</c>; none: all entries are dropped.</param>
internal sealed class ManagedFieldsConverter(IEnumerable<string> subresources)
    : JsonConverter<IList<V1ManagedFieldsEntry>>
{
    private readonly byte[][] _kept = [.. subresources.Select(Encoding.UTF8.GetBytes)];

    public override IList<V1ManagedFieldsEntry>? Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        if (reader.TokenType != JsonTokenType.StartArray || _kept.Length == 0)
        {
            _ = reader.TrySkip();
            return null;
        }

        List<V1ManagedFieldsEntry>? kept = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var entry = reader;
            if (IsKept(ref reader))
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

    /// <summary>Returns false with the reader at the end of the entry.</summary>
    private bool IsKept(ref Utf8JsonReader reader)
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
            if (isSubresource && reader.TokenType == JsonTokenType.String && IsNamed(reader))
            {
                return true;
            }

            _ = reader.TrySkip();
        }

        return false;
    }

    private bool IsNamed(in Utf8JsonReader subresource)
    {
        foreach (var kept in _kept)
        {
            if (subresource.ValueTextEquals(kept))
            {
                return true;
            }
        }

        return false;
    }
}
