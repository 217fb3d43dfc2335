using System.Globalization;
using System.Text.Json;

namespace GemmaInference.Api;

/// <summary>
/// Typed, bounded reading of a request's fields. Each field asked for is ticked off, and what nobody asked for is
/// refused at the end: a setting that is silently ignored would be a wrong answer. A JSON null counts as left out.
/// </summary>
internal sealed class RequestFields
{
    private readonly Dictionary<string, JsonElement> _rest = new(StringComparer.Ordinal);
    private readonly string _path;

    public RequestFields(JsonElement element, string path)
    {
        _path = path;
        if (element.ValueKind != JsonValueKind.Object) throw ApiException.Invalid(path.Length == 0 ? null : path.TrimEnd('.'), "expected a JSON object");
        foreach (var property in element.EnumerateObject())
            if (property.Value.ValueKind != JsonValueKind.Null) _rest[property.Name] = property.Value;
    }

    public JsonElement? Take(string name) => _rest.Remove(name, out var value) ? value : null;

    public string? Text(string name) => Take(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "a string");

    public string RequiredText(string name) => Text(name) ?? throw Wrong(name, "a string");

    public bool Flag(string name) => Take(name) is { } value
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false"));

    public double Number(string name, double fallback, double low, double high) => Take(name) is not { } value ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= low && number <= high ? number
        : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a number from {low} to {high}"));

    public long? Whole(string name, long low, long high) => Take(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= low && number <= high ? number
        : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {low} to {high}"));

    /// <summary>Refuses every field that was not taken.</summary>
    public void Done()
    {
        if (_rest.Count == 0) return;
        throw Unsupported(_rest.Keys.First());
    }

    public ApiException Wrong(string name, string expected) => ApiException.Invalid(_path + name, $"'{_path}{name}': expected {expected}", "invalid_value");

    /// <param name="unless">The values that are taken, if some are.</param>
    public ApiException Unsupported(string name, string? unless = null) => ApiException.Invalid(
        _path + name, $"'{_path}{name}' is not supported by this server{(unless is null ? "" : " " + unless)}; leave it out", "unsupported_parameter");
}
