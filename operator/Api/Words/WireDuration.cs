using System.Text.Json;
using System.Text.Json.Serialization;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Words;

/// <summary>
/// Holds a duration of the API as it was written, with what it says. A text that isn't one is kept, so that its object
/// still decodes and validation can name the field.
/// </summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct WireDuration
{
    private readonly string? _text;

    private WireDuration(string? text)
    {
        _text = text is { Length: > 0 } ? text : null;
        Value = GoDuration.TryParse(text, out var duration) ? duration : null;
    }

    /// <summary>Gets the duration as it was written; empty when there was none.</summary>
    public string Text => _text ?? "";

    /// <summary>Gets the duration; null for a text that isn't one.</summary>
    public TimeSpan? Value { get; }

    /// <summary>Gets the duration.</summary>
    /// <exception cref="FormatException">The text isn't one; specs that were validated never get here.</exception>
    public TimeSpan Span =>
        Value ?? throw new FormatException($"{Quoted.Of(Text)} isn't a duration such as 90m or 1h30m");

    public static implicit operator WireDuration(string? text) => new(text);

    public bool Equals(WireDuration other) => _text == other._text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    private sealed class Converter : JsonConverter<WireDuration>
    {
        public override WireDuration Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) =>
            // The serialiser's own strings, which are shared.
            ((JsonConverter<string>)options.GetConverter(typeof(string))).Read(ref reader, typeof(string), options);

        public override void Write(Utf8JsonWriter writer, WireDuration value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Text);
    }
}
