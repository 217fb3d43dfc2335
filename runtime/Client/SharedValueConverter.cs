using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Reads a value that was read before as the same instance, and then without making anything of its JSON again. Objects
/// of a fleet ask for much the same: probes, resources, labels, settings. Whoever reads such a value must not change
/// it, as with everything in a cache.
/// </summary>
internal sealed class SharedValueConverter<T> : JsonConverter<T>
    where T : class
{
    /// <summary>
    /// Bounds values, in bytes of JSON. Longer values are seldom the same as a whole; their parts may be.
    /// </summary>
    private const int Longest = 1024;

    /// <summary>
    /// Values that are kept; one takes the place of another. Labels go by objects, settings by teams.
    /// </summary>
    private static readonly int Most = typeof(T) == typeof(IDictionary<string, string>) ? 16 * 1024 : 1024;

    [ThreadStatic]
    private static byte[]? _scratch;

    private readonly Known?[] _known = new Known?[Most];

    private SharedValueConverter() { }

    /// <summary>Gets the one converter for all properties of the type.</summary>
    public static SharedValueConverter<T> Instance { get; } = new();

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return ReadAnew(ref reader, options);
        }

        var end = reader;
        var tokens = (_scratch ??= new byte[Longest]).AsSpan();
        if (CopyTokens(ref end, tokens) is not { } length)
        {
            return ReadAnew(ref reader, options);
        }

        tokens = tokens[..length];
        var hash = default(HashCode);
        hash.AddBytes(tokens);
        var code = hash.ToHashCode();
        // Read and written by several threads: an entry is never changed, and a lost one is read once more.
        ref var place = ref _known[(uint)code % Most];
        if (place is { } before && before.Code == code && tokens.SequenceEqual(before.Tokens))
        {
            reader = end;
            return before.Value;
        }

        var key = tokens.ToArray();
        var value = ReadAnew(ref reader, options);
        if (value is not null)
        {
            place = new Known(code, key, value);
        }

        return value;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        Own(options).Write(writer, value, options);

    private static T? ReadAnew(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        Own(options).Read(ref reader, typeof(T), options);

    /// <summary>Gets the type's own converter: this one is of properties, not of the type.</summary>
    private static JsonConverter<T> Own(JsonSerializerOptions options) =>
        (JsonConverter<T>)options.GetConverter(typeof(T));

    /// <summary>
    /// Writes a value's tokens one after another, and leaves the reader on the last; what they took, or null when there
    /// isn't room. Nothing but white space is lost, so that the same tokens are the same value.
    /// </summary>
    private static int? CopyTokens(ref Utf8JsonReader reader, Span<byte> into)
    {
        var (depth, length) = (reader.CurrentDepth, 0);
        while (true)
        {
            var text = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String or JsonTokenType.Number
                ? reader.ValueSpan
                : default;
            if (reader.HasValueSequence || length + text.Length + 3 > into.Length)
            {
                return null;
            }

            into[length] = (byte)reader.TokenType;
            BinaryPrimitives.WriteUInt16LittleEndian(into[(length + 1)..], (ushort)text.Length);
            text.CopyTo(into[(length + 3)..]);
            length += text.Length + 3;
            if (reader.CurrentDepth == depth && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                return length;
            }

            if (!reader.Read())
            {
                return null;
            }
        }
    }

    private sealed record Known(int Code, byte[] Tokens, T Value);
}
