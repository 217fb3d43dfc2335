using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Protobuf;

/// <summary>Writes objects for clients that prefer protocol buffers.</summary>
internal static class ProtobufEncoder
{
    /// <summary>Returns an object in its envelope; null when its kind isn't served so.</summary>
    public static byte[]? Encode(JsonObject json)
    {
        var (apiVersion, kind) = (json.Text("apiVersion") ?? "", json.Text("kind") ?? "");
        if (MessageTable.MessageOf(apiVersion, kind) is not { } message)
        {
            return null;
        }

        using var meta = new MemoryStream();
        Bytes(meta, 1, Encoding.UTF8.GetBytes(apiVersion));
        Bytes(meta, 2, Encoding.UTF8.GetBytes(kind));
        using var envelope = new MemoryStream();
        envelope.Write(ProtobufDecoder.Magic);
        Bytes(envelope, 1, meta.ToArray());
        Bytes(envelope, 2, Message(message, json));
        Bytes(envelope, 3, []);
        Bytes(envelope, 4, []);
        return envelope.ToArray();
    }

    private static byte[] Message(string message, JsonObject json)
    {
        using var stream = new MemoryStream();
        foreach (var field in MessageTable.Find(message) ?? [])
        {
            if (field.IsInlined)
            {
                Bytes(stream, field.Number, Message(field.Type, json));
            }
            else if (json[field.Name] is { } value)
            {
                Field(stream, field, value);
            }
        }

        return stream.ToArray();
    }

    private static void Field(MemoryStream stream, MessageField field, JsonNode value)
    {
        switch (value)
        {
            case JsonObject map when field.IsMap:
                foreach (var (key, item) in map)
                {
                    using var entry = new MemoryStream();
                    Bytes(entry, 1, Encoding.UTF8.GetBytes(key));
                    Value(entry, 2, field.Type, item);
                    Bytes(stream, field.Number, entry.ToArray());
                }

                break;
            case JsonArray list when field.IsList:
                foreach (var item in list)
                {
                    Value(stream, field.Number, field.Type, item);
                }

                break;
            default:
                Value(stream, field.Number, field.Type, value);
                break;
        }
    }

    private static void Value(MemoryStream stream, int number, string type, JsonNode? value)
    {
        switch (type)
        {
            case "bool":
                Number(stream, number, value.IsTrue() ? 1UL : 0);
                break;
            case "int32" or "int64":
                Number(stream, number, (ulong)(value.Number() ?? 0));
                break;
            case "double":
                Varint(stream, (ulong)number << 3 | 1);
                stream.Write(
                    BitConverter.GetBytes(value is JsonValue v && v.TryGetValue<double>(out var real) ? real : 0)
                );
                break;
            default:
                Bytes(stream, number, Content(type, value));
                break;
        }
    }

    private static byte[] Content(string type, JsonNode? value)
    {
        using var stream = new MemoryStream();
        switch (type)
        {
            case "string":
                return Encoding.UTF8.GetBytes(value.Text() ?? "");
            case "bytes":
                return Convert.FromBase64String(value.Text() ?? "");
            case "meta.v1.FieldsV1" or "runtime.RawExtension":
                Bytes(stream, 1, Encoding.UTF8.GetBytes(value.Write()));
                break;
            case "resource.Quantity":
                Bytes(stream, 1, Encoding.UTF8.GetBytes(value.Text() ?? value.Write()));
                break;
            case "meta.v1.Time" or "meta.v1.MicroTime":
                if (DateTimeOffset.TryParse(value.Text(), CultureInfo.InvariantCulture, out var time))
                {
                    Number(stream, 1, (ulong)time.ToUnixTimeSeconds());
                    Number(stream, 2, (ulong)(time.Ticks % TimeSpan.TicksPerSecond * 100));
                }

                break;
            case "intstr.IntOrString":
                Number(stream, 1, value.Text() is null ? 0UL : 1);
                Number(stream, 2, (ulong)(value.Number() ?? 0));
                Bytes(stream, 3, Encoding.UTF8.GetBytes(value.Text() ?? ""));
                break;
            case "authorization.v1.ExtraValue":
                return Message(type, new JsonObject { ["items"] = value?.DeepClone() });
            default:
                return Message(type, value as JsonObject ?? []);
        }

        return stream.ToArray();
    }

    private static void Number(MemoryStream stream, int number, ulong value)
    {
        Varint(stream, (ulong)number << 3);
        Varint(stream, value);
    }

    private static void Bytes(MemoryStream stream, int number, byte[] value)
    {
        Varint(stream, (ulong)number << 3 | 2);
        Varint(stream, (ulong)value.Length);
        stream.Write(value);
    }

    private static void Varint(MemoryStream stream, ulong value)
    {
        while (value >= 0x80)
        {
            stream.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        stream.WriteByte((byte)value);
    }
}
