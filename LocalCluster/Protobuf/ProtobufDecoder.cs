using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Errors;

namespace LocalCluster.Protobuf;

/// <summary>
/// Reads bodies as clients send them that prefer protocol buffers: an envelope, and the object in it.
/// </summary>
internal static class ProtobufDecoder
{
    public static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <exception cref="ApiException">It is no such body, or holds a kind that isn't served so (400).</exception>
    public static JsonObject Decode(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            throw ApiException.BadRequest(
                "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"
            );
        }

        try
        {
            return Envelope(body[Magic.Length..]);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or FormatException or System.Text.Json.JsonException)
        {
            throw ApiException.BadRequest("unexpected EOF");
        }
    }

    private static JsonObject Envelope(ReadOnlySpan<byte> bytes)
    {
        var (apiVersion, kind) = ("", "");
        var raw = bytes[..0];
        var value = raw;
        while (Wire.Next(ref bytes, out var number, out value, out _))
        {
            switch (number)
            {
                case 1:
                    (apiVersion, kind) = TypeOf(value);
                    break;
                case 2:
                    raw = value;
                    break;
            }
        }

        var message =
            MessageTable.MessageOf(apiVersion, kind)
            ?? throw ApiException.BadRequest($"no kind \"{kind}\" is registered for version \"{apiVersion}\"");
        var json = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        Read(message, raw, json);
        return json;
    }

    private static (string ApiVersion, string Kind) TypeOf(ReadOnlySpan<byte> meta)
    {
        var (apiVersion, kind) = ("", "");
        while (Wire.Next(ref meta, out var number, out var text, out _))
        {
            if (number == 1)
            {
                apiVersion = Encoding.UTF8.GetString(text);
            }
            else
            {
                kind = Encoding.UTF8.GetString(text);
            }
        }

        return (apiVersion, kind);
    }

    private static void Read(string message, ReadOnlySpan<byte> bytes, JsonObject into)
    {
        var fields = MessageTable.Find(message)!;
        while (Wire.Next(ref bytes, out var number, out var value, out var scalar))
        {
            if (fields.FirstOrDefault(f => f.Number == number) is not { } field)
            {
                continue;
            }

            if (field.IsInlined)
            {
                Read(field.Type, value, into);
            }
            else if (field.IsMap)
            {
                ReadEntry(field, value, Child(into, field.Name, () => new JsonObject()));
            }
            else if (field.IsList)
            {
                Child(into, field.Name, () => new JsonArray()).Add(Value(field.Type, value, scalar, out _));
            }
            else if (
                Value(field.Type, value, scalar, out var isNothing) is var read
                && (!isNothing || field.KeepsNothing)
            )
            {
                into[field.Name] = read;
            }
        }
    }

    private static T Child<T>(JsonObject into, string name, Func<T> make)
        where T : JsonNode
    {
        if (into[name] is not T child)
        {
            into[name] = child = make();
        }

        return child;
    }

    private static void ReadEntry(MessageField field, ReadOnlySpan<byte> entry, JsonObject into)
    {
        var key = "";
        JsonNode? item = field.Type is "string" or "bytes" ? "" : null;
        while (Wire.Next(ref entry, out var number, out var value, out var scalar))
        {
            if (number == 1)
            {
                key = Encoding.UTF8.GetString(value);
            }
            else
            {
                item = Value(field.Type, value, scalar, out _);
            }
        }

        into[key] = item;
    }

    private static JsonNode? Value(string type, ReadOnlySpan<byte> value, ulong scalar, out bool isNothing)
    {
        isNothing = type is "bool" or "int32" or "int64"
            ? scalar == 0
            : type is "string" or "bytes" && value.Length == 0;
        switch (type)
        {
            case "string":
                return Encoding.UTF8.GetString(value);
            case "bytes":
                return Convert.ToBase64String(value);
            case "bool":
                return scalar != 0;
            case "int32" or "int64":
                return (long)scalar;
            case "double":
                return BitConverter.UInt64BitsToDouble(scalar);
            case "meta.v1.Time" or "meta.v1.MicroTime":
                return Time(value, type == "meta.v1.Time" ? "" : ".ffffff");
            case "meta.v1.FieldsV1" or "runtime.RawExtension":
                return Wire.Next(ref value, out _, out var raw, out _) && raw.Length > 0 ? JsonNode.Parse(raw) : null;
            case "resource.Quantity":
                return Wire.Next(ref value, out _, out var amount, out _) ? Encoding.UTF8.GetString(amount) : "0";
            case "intstr.IntOrString":
                return IntOrString(value);
        }

        var message = new JsonObject();
        if (MessageTable.Find(type) is null)
        {
            return message;
        }

        Read(type, value, message);

        // A list under a name of its own, as extra values of users are, is that list in JSON.
        return type == "authorization.v1.ExtraValue" ? message["items"]?.DeepClone() : message;
    }

    private static JsonNode? Time(ReadOnlySpan<byte> value, string fraction)
    {
        if (value.Length == 0)
        {
            return null;
        }

        var (seconds, nanos) = (0L, 0L);
        while (Wire.Next(ref value, out var number, out _, out var scalar))
        {
            (seconds, nanos) = number == 1 ? ((long)scalar, nanos) : (seconds, (long)scalar);
        }

        return DateTimeOffset
            .FromUnixTimeSeconds(seconds)
            .AddTicks(nanos / 100)
            .UtcDateTime.ToString($"yyyy-MM-dd'T'HH:mm:ss{fraction}'Z'", CultureInfo.InvariantCulture);
    }

    private static JsonNode IntOrString(ReadOnlySpan<byte> value)
    {
        var (isText, whole, text) = (false, 0L, "");
        while (Wire.Next(ref value, out var number, out var bytes, out var scalar))
        {
            switch (number)
            {
                case 1:
                    isText = scalar == 1;
                    break;
                case 2:
                    whole = (int)scalar;
                    break;
                case 3:
                    text = Encoding.UTF8.GetString(bytes);
                    break;
            }
        }

        return isText ? text : whole;
    }

    /// <summary>Takes fields off the wire.</summary>
    private static class Wire
    {
        /// <summary>Takes the next field; false at the end.</summary>
        public static bool Next(
            scoped ref ReadOnlySpan<byte> bytes,
            out int number,
            out ReadOnlySpan<byte> value,
            out ulong scalar
        )
        {
            number = 0;
            value = default;
            scalar = 0;
            if (bytes.Length == 0)
            {
                return false;
            }

            var tag = Varint(ref bytes);
            number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    scalar = Varint(ref bytes);
                    break;
                case 1:
                    scalar = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = checked((int)Varint(ref bytes));
                    value = bytes[..length];
                    bytes = bytes[length..];
                    break;
                case 5:
                    scalar = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                    bytes = bytes[4..];
                    break;
                default:
                    throw new FormatException("unknown wire type");
            }

            return true;
        }

        private static ulong Varint(scoped ref ReadOnlySpan<byte> bytes)
        {
            var value = 0UL;
            for (var i = 0; i < 10; i++)
            {
                if (i >= bytes.Length)
                {
                    break;
                }

                value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
                if (bytes[i] < 0x80)
                {
                    bytes = bytes[(i + 1)..];
                    return value;
                }
            }

            throw new FormatException("a number that doesn't end");
        }
    }
}
