using System.Globalization;
using System.Text.Json;

namespace GemmaInference.Api.Requests;

/// <summary>
/// Reads a request's fields, typed and bounded. Each field asked for is ticked off, and what nobody asked for is noted
/// at the end, so that the client is told what was ignored. One of two values of a field would be a wrong answer. A
/// JSON null counts as left out.
/// </summary>
internal sealed class RequestFields
{
    private readonly Dictionary<string, JsonElement> _rest = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly List<string> _unknown;

    /// <param name="path">Where the object stands, for messages; empty for the body itself.</param>
    /// <param name="unknown">Where the paths of unknown fields go; null for a list of its own.</param>
    public RequestFields(JsonElement element, string path, List<string>? unknown = null)
    {
        _unknown = unknown ?? [];
        _path = path.Length == 0 ? "" : path + ".";
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw path.Length == 0
                ? ApiException.Invalid(null, "the body: expected a JSON object", "invalid_value")
                : Wrong(path, "an object");
        }

        foreach (var property in element.EnumerateObject())
        {
            if (!_rest.TryAdd(property.Name, property.Value))
            {
                throw Wrong(_path + property.Name, "one value, found several");
            }
        }
    }

    /// <summary>Gets the paths of the fields that nobody knows, of objects inside this one too.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Tells whether a field is there still, and not null.</summary>
    public bool Has(string name) => _rest.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Looks at a field without ticking it off.</summary>
    public JsonElement? Peek(string name) =>
        _rest.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonElement? Take(string name) =>
        _rest.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) =>
        Take(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Expected(name, "a string");

    public string RequiredText(string name) => Text(name) ?? throw Expected(name, "a string");

    public bool Flag(string name, bool fallback = false) => Choice(name) ?? fallback;

    /// <summary>Reads true or false; null where it is left out.</summary>
    public bool? Choice(string name) =>
        Take(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Expected(name, "true or false");

    public double? Number(string name, double low, double high) =>
        Take(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number)
        && number >= low
        && number <= high
            ? number
        : throw Expected(name, string.Create(CultureInfo.InvariantCulture, $"a number from {low} to {high}"));

    /// <summary>Reads a whole number, also where a client writes it as 256.0 or 1e1.</summary>
    public long? Whole(string name, long low, long high) =>
        Take(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number
        && TryGetWhole(value, out var number)
        && number >= low
        && number <= high
            ? number
        : throw Expected(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {low} to {high}"));

    /// <summary>Reads a list of token ids; whether the model has them isn't known here.</summary>
    /// <param name="value">What stands at <paramref name="name"/>.</param>
    public IReadOnlyList<int> TokenIds(string name, JsonElement value, int most)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            throw Expected(name, $"a list of up to {most} token ids");
        }

        var ids = new int[value.GetArrayLength()];
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            ids[index] =
                item.ValueKind == JsonValueKind.Number
                && TryGetWhole(item, out var id)
                && id is >= 0 and <= int.MaxValue
                    ? (int)id
                    : throw Expected($"{name}[{index}]", "a token id");
        }

        return ids;
    }

    /// <summary>Returns the fields of an object that stands in this one.</summary>
    public RequestFields Inside(string name, JsonElement element) => new(element, _path + name, _unknown);

    /// <summary>Notes every field that was not taken.</summary>
    public void Done() =>
        _unknown.AddRange(_rest.Where(f => f.Value.ValueKind != JsonValueKind.Null).Select(f => _path + f.Key));

    public ApiException Expected(string name, string expected) => Wrong(_path + name, expected);

    /// <param name="unless">The values that are taken, if some are.</param>
    public ApiException Unsupported(string name, string? unless = null)
    {
        var path = ApiException.Short(_path + name);
        return ApiException.Invalid(
            path,
            $"'{path}' is not supported by this server{(unless is null ? "" : " " + unless)}; leave it out",
            "unsupported_parameter"
        );
    }

    private static bool TryGetWhole(JsonElement value, out long number)
    {
        if (value.TryGetInt64(out number))
        {
            return true;
        }

        // Beyond 2^53 a double names no whole number of its own.
        var isWhole = value.TryGetDouble(out var real) && Math.Abs(real) <= 1L << 53 && Math.Truncate(real) == real;
        number = isWhole ? (long)real : 0;
        return isWhole;
    }

    private static ApiException Wrong(string path, string expected) =>
        ApiException.Invalid(
            ApiException.Short(path),
            $"'{ApiException.Short(path)}': expected {expected}",
            "invalid_value"
        );
}
