using System.Buffers;
using System.Text.Json;

namespace KubectlGemma.Cluster;

/// <summary>
/// Takes JSON as it comes and keeps some of its fields: of a page of a list, megabytes, neither the text nor a tree of
/// it is ever in memory, and it is read while the server still writes.
/// </summary>
/// <param name="kept">What is kept.</param>
internal sealed class JsonPruner(KeptFields kept) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    /// <summary>Holds what is kept of each object and list that is open.</summary>
    private readonly Stack<KeptFields> _open = [];

    private Utf8JsonWriter? _writer;
    private JsonReaderState _state;

    /// <summary>Is what is kept of the value that comes next, where its name was just read.</summary>
    private KeptFields? _next = kept;

    /// <summary>Is how deep the value lies that is passed over; null: none is.</summary>
    private int? _passedOver;

    /// <summary>Reads as much as it can, and returns how many bytes that was; the rest is to be given again.</summary>
    /// <param name="bytes">What is left of the last time, and what has come since.</param>
    /// <param name="isLast">Whether nothing comes after it.</param>
    /// <exception cref="JsonException">It isn't JSON.</exception>
    public int Read(ReadOnlySpan<byte> bytes, bool isLast)
    {
        try
        {
            return ReadTokens(bytes, isLast);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a text in it isn't Unicode", e);
        }
    }

    /// <summary>Returns what was kept, after the last byte was read.</summary>
    public JsonDocument Result()
    {
        _writer?.Flush();
        return JsonDocument.Parse(_bytes.WrittenMemory);
    }

    public void Dispose() => _writer?.Dispose();

    private int ReadTokens(ReadOnlySpan<byte> bytes, bool isLast)
    {
        _writer ??= new Utf8JsonWriter(_bytes, new JsonWriterOptions { SkipValidation = true });
        var reader = new Utf8JsonReader(bytes, isLast, _state);
        while (reader.Read())
        {
            if (_passedOver is { } depth)
            {
                if (
                    reader.CurrentDepth == depth
                    && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)
                )
                {
                    _passedOver = null;
                }
            }
            else
            {
                Keep(ref reader, _writer);
            }
        }

        _state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private void Keep(ref readonly Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _next = _open.Peek().Find(in reader);
                if (_next is null)
                {
                    _passedOver = reader.CurrentDepth;
                }
                else
                {
                    writer.WritePropertyName(reader.GetString()!);
                }

                break;
            case JsonTokenType.StartObject:
                Open();
                writer.WriteStartObject();
                break;
            case JsonTokenType.StartArray:
                Open();
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndObject:
                _open.Pop();
                writer.WriteEndObject();
                break;
            case JsonTokenType.EndArray:
                _open.Pop();
                writer.WriteEndArray();
                break;
            default:
                _next = null;
                Write(in reader, writer);
                break;
        }
    }

    private void Open()
    {
        _open.Push(_next ?? _open.Peek());
        _next = null;
    }

    private static void Write(ref readonly Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            writer.WriteStringValue(reader.GetString());
        }
        else
        {
            writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
        }
    }
}
