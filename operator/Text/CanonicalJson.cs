using System.Text;
using System.Text.Json;

namespace GemmaOperator.Text;

/// <summary>
/// Writes JSON so that the same value is always the same text: names in order, no space. An API server keeps values,
/// not the order in which it was given them.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Returns a value as text.</summary>
    public static string Of(JsonElement value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var field in value.EnumerateObject().OrderBy(f => f.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(field.Name);
                    Write(writer, field.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Undefined
            or JsonValueKind.String
            or JsonValueKind.Number
            or JsonValueKind.True
            or JsonValueKind.False
            or JsonValueKind.Null:
                value.WriteTo(writer);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value), value.ValueKind, "no kind of JSON");
        }
    }
}
