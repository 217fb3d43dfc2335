using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GemmaOperator.Runtime.Client;

/// <summary>
/// Reads and writes the API's two kinds of time. <c>Time</c> holds whole seconds: the server cuts the rest off, so a
/// value sent with more would differ from the one read back. <c>MicroTime</c> (leases, events) must have exactly six
/// decimals.
/// </summary>
internal sealed class KubeTimeConverter(bool micro) : JsonConverter<DateTime>
{
    private const string Seconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string Micros = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TryGetDateTimeOffset(out var value)
            ? value.UtcDateTime
            : throw new JsonException($"'{reader.GetString()}' is not an RFC 3339 time.");

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value, micro));

    /// <summary>Renders RFC 3339 in UTC. A value of unspecified kind counts as UTC.</summary>
    public static string Format(DateTime value, bool micro)
    {
        var utc = value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;
        return utc.ToString(micro ? Micros : Seconds, CultureInfo.InvariantCulture);
    }
}
