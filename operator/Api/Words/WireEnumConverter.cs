using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GemmaOperator.Api.Words;

/// <summary>Reads the words of one vocabulary. A known word allocates nothing; null and "" read the same.</summary>
internal sealed class WireEnumConverter<TEnum> : JsonConverter<WireEnum<TEnum>>
    where TEnum : struct, Enum
{
    private static readonly (byte[] Utf8, WireEnum<TEnum> Word)[] Known =
    [
        .. WireEnum<TEnum>.Words.Select(word => (Encoding.UTF8.GetBytes(word), WireEnum<TEnum>.Read(word))),
    ];

    public override WireEnum<TEnum> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.String:
                foreach (var (utf8, word) in Known)
                {
                    if (reader.ValueTextEquals(utf8))
                    {
                        return word;
                    }
                }

                return WireEnum<TEnum>.Read(reader.GetString());
            default:
                throw new JsonException($"A string is expected here, not {reader.TokenType}.");
        }
    }

    public override void Write(Utf8JsonWriter writer, WireEnum<TEnum> value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Text);
}
