using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GemmaOperator.Text;

/// <summary>
/// Holds a long text of which thousands are kept and few are read at a time: in memory a pod template takes a quarter
/// of a string. In JSON it is a string.
/// </summary>
[JsonConverter(typeof(Converter))]
internal sealed class CompressedString : IEquatable<CompressedString>
{
    /// <summary>Brotli's: enough for what repeats itself as JSON does, and quick.</summary>
    private const int Quality = 1;

    /// <summary>Brotli's, in bits: what a text may refer back to.</summary>
    private const int Window = 16;

    /// <summary>UTF-8, packed.</summary>
    private readonly byte[] _packed;

    private CompressedString(ReadOnlySpan<byte> utf8)
    {
        Utf8Length = utf8.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(utf8.Length));
        try
        {
            _packed = BrotliEncoder.TryCompress(utf8, buffer, out var written, Quality, Window)
                ? buffer[..written]
                : throw new InvalidOperationException("The buffer holds whatever Brotli may write.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Of the text, in bytes of UTF-8.</summary>
    public int Utf8Length { get; }

    /// <summary>Returns null for null.</summary>
    public static CompressedString? Of(string? text) =>
        text is null ? null : new CompressedString(Encoding.UTF8.GetBytes(text));

    /// <summary>Returns the text in UTF-8.</summary>
    public byte[] ToUtf8()
    {
        var utf8 = new byte[Utf8Length];
        return BrotliDecoder.TryDecompress(_packed, utf8, out var written) && written == utf8.Length
            ? utf8
            : throw new InvalidOperationException("What was packed can be unpacked.");
    }

    public override string ToString() => Encoding.UTF8.GetString(ToUtf8());

    public bool Equals(CompressedString? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Utf8Length == other.Utf8Length && _packed.AsSpan().SequenceEqual(other._packed));

    public override bool Equals(object? obj) => Equals(obj as CompressedString);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_packed);
        return hash.ToHashCode();
    }

    private sealed class Converter : JsonConverter<CompressedString>
    {
        public override CompressedString? Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        )
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new JsonException($"A string is expected here, not {reader.TokenType}.");
            }

            var buffer = ArrayPool<byte>.Shared.Rent(
                reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length
            );
            try
            {
                return new CompressedString(buffer.AsSpan(0, reader.CopyString(buffer)));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        public override void Write(Utf8JsonWriter writer, CompressedString value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToUtf8());
    }
}
