using System.Buffers;
using System.Text.Json;
using GemmaOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Caching;

/// <summary>Cuts the bytes of a watch into lines and lines into events, without copying them together first.</summary>
internal sealed class WatchDecoder<T>(KubeJson json)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>
    /// Bounds memory, in bytes: etcd takes no object over 1.5 MiB by default; JSON may be several times its stored
    /// size.
    /// </summary>
    private const int LongestLine = 32 * 1024 * 1024;

    private readonly JsonSerializerOptions _json = json.For(typeof(T));

    /// <summary>Takes one complete line off the front of <paramref name="buffer"/>.</summary>
    /// <exception cref="JsonException">A complete line that isn't a watch event, or one without end.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out WatchEvent<T> next)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            if (!IsBlank(line))
            {
                next = Decode(line);
                return true;
            }
        }

        if (buffer.Length > LongestLine)
        {
            throw new JsonException($"A line of the watch is longer than {LongestLine} bytes.");
        }

        next = default!;
        return false;
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept((byte)' ', (byte)'\r', (byte)'\t'))
            {
                return false;
            }
        }

        return true;
    }

    private WatchEvent<T> Decode(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        WatchEventType? type = null;
        var body = default(Utf8JsonReader);
        var hasBody = false;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
            {
                type = TypeOf(ref reader);
            }
            else if (isObject)
            {
                // Remembered, since what it is depends on the type, and nothing says that the type comes first.
                body = reader;
                hasBody = true;
            }

            reader.Skip();
        }

        return type is { } known && hasBody
            ? Decode(known, ref body)
            : throw new JsonException("A line of the watch lacks its type or its object.");
    }

    private WatchEvent<T> Decode(WatchEventType type, ref Utf8JsonReader body)
    {
        switch (type)
        {
            case WatchEventType.Error:
                return new(
                    type,
                    Object: null,
                    ResourceVersion: null,
                    JsonSerializer.Deserialize<V1Status>(ref body, _json)
                );

            case WatchEventType.Bookmark:
                // Nothing but a resource version: T may insist on more.
                var mark = JsonSerializer.Deserialize<KubeIdentity>(ref body, _json);
                return new(type, Object: null, mark?.Metadata?.ResourceVersion);

            default:
                var item = KubeItem<T>.Read(ref body, _json);
                var metadata = item.Object?.Metadata ?? item.Unreadable!.Metadata;
                return new(type, item.Object, metadata.ResourceVersion) { Unreadable = item.Unreadable };
        }
    }

    private static WatchEventType TypeOf(ref Utf8JsonReader reader) =>
        reader switch
        {
            _ when reader.ValueTextEquals("ADDED"u8) => WatchEventType.Added,
            _ when reader.ValueTextEquals("MODIFIED"u8) => WatchEventType.Modified,
            _ when reader.ValueTextEquals("DELETED"u8) => WatchEventType.Deleted,
            _ when reader.ValueTextEquals("BOOKMARK"u8) => WatchEventType.Bookmark,
            _ when reader.ValueTextEquals("ERROR"u8) => WatchEventType.Error,
            _ => throw new JsonException($"A watch has no event type '{reader.GetString()}'."),
        };

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException("A line of the watch isn't a JSON object.");
        }
    }
}
