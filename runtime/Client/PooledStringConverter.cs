using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Reads strings that were read before as the same instance. Objects of a cluster say much the same: most of a cache
/// would otherwise be the same few labels, names and defaults, once for each object.
/// </summary>
internal sealed class PooledStringConverter : JsonConverter<string>
{
    /// <summary>Bounds strings, in bytes. Longer ones are seldom said twice.</summary>
    private const int Longest = 256;

    /// <summary>Strings that are kept; one takes the place of another.</summary>
    private const int Most = 32 * 1024;

    private readonly string?[] _known = new string?[Most];

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => Pooled(ref reader),
            var other => throw new JsonException($"A string is expected here, not {other}."),
        };

    public override string ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => Pooled(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);

    private string Pooled(ref Utf8JsonReader reader) =>
        reader is { HasValueSequence: false, ValueIsEscaped: false, ValueSpan.Length: <= Longest }
        && Ascii.IsValid(reader.ValueSpan)
            ? Pooled(reader.ValueSpan)
            : reader.GetString()!;

    /// <summary>
    /// Looks up without a lock, which readers of several kinds would wait for: a string that gets lost is made once
    /// more.
    /// </summary>
    private string Pooled(ReadOnlySpan<byte> ascii)
    {
        var hash = default(HashCode);
        hash.AddBytes(ascii);
        ref var place = ref _known[(uint)hash.ToHashCode() % Most];
        return place is { } before && Ascii.Equals(ascii, before) ? before : place = Encoding.ASCII.GetString(ascii);
    }
}
