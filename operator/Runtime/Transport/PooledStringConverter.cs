using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommunityToolkit.HighPerformance.Buffers;

namespace GemmaOperator.Runtime.Transport;

/// <summary>
/// Reads strings that were read before as the same instance. Objects of a cluster say much the same: most of a cache would
/// otherwise be the same few labels, names and defaults, once for each object.
/// </summary>
internal sealed class PooledStringConverter : JsonConverter<string>
{
    /// <summary>In bytes. Longer ones are seldom said twice.</summary>
    private const int Longest = 256;

    /// <summary>What isn't UTF-8 is an error, as it is to the reader.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly StringPool _pool = new(minimumSize: 32 * 1024);

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => Pooled(ref reader),
            var other => throw new JsonException($"A string is expected here, not {other}."),
        };

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Pooled(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private string Pooled(ref Utf8JsonReader reader) =>
        reader is { HasValueSequence: false, ValueIsEscaped: false, ValueSpan.Length: <= Longest }
            ? _pool.GetOrAdd(reader.ValueSpan, Strict)
            : reader.GetString()!;
}
