using System.Text.Json;
using System.Text.Json.Serialization;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Does for <see cref="DateTimeOffset"/> what <see cref="KubeTimeConverter"/> does for <see cref="DateTime"/>.
/// </summary>
internal sealed class KubeTimeOffsetConverter(bool micro) : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TryGetDateTimeOffset(out var value)
            ? value.ToUniversalTime()
            : throw new JsonException($"'{reader.GetString()}' is not an RFC 3339 time.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(KubeTimeConverter.Format(value.UtcDateTime, micro));
}
