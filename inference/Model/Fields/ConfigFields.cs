using System.Globalization;
using System.Text.Json;
using GemmaInference.Native;

namespace GemmaInference.Model.Fields;

/// <summary>
/// Reads a configuration object, typed. A JSON null counts as left out, except through <see cref="Cap"/>, where the
/// hub's files use it to switch a default off.
/// </summary>
internal sealed class ConfigFields(JsonElement element, string path)
{
    /// <summary>Returns the nested object, or null where it is left out.</summary>
    public ConfigFields? Nested(string name) =>
        TryGet(out var value, name) && value.ValueKind == JsonValueKind.Object
            ? new ConfigFields(value, $"{path}: {name}")
            : null;

    /// <summary>Returns the nested object.</summary>
    /// <exception cref="InferenceException">It isn't there.</exception>
    public ConfigFields Required(string name) => Nested(name) ?? throw Refuse(name, "expected an object");

    public bool Has(string name) => TryGet(out _, name);

    public int PositiveInt(int fallback, params ReadOnlySpan<string> names)
    {
        if (!TryGet(out var value, names))
        {
            return fallback;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
            ? number
            : throw Wrong(names[0], "a positive whole number", value);
    }

    /// <summary>Reads a number that may be 0, which an explicit null means too.</summary>
    public int Count(string name, int fallback) =>
        !element.TryGetProperty(name, out var value) ? fallback
        : value.ValueKind == JsonValueKind.Null ? 0
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number
        : throw Wrong(name, "a whole number, 0 or more", value);

    public double Positive(double fallback, params ReadOnlySpan<string> names)
    {
        if (!TryGet(out var value, names))
        {
            return fallback;
        }

        return
            value.ValueKind == JsonValueKind.Number
            && value.GetDouble() is > 0 and < double.PositiveInfinity and var number
            ? number
            : throw Wrong(names[0], "a positive number", value);
    }

    /// <summary>Reads a number of a range, both ends included.</summary>
    public double Between(double low, double high, double fallback, string name)
    {
        if (!TryGet(out var value, name))
        {
            return fallback;
        }

        return
            value.ValueKind == JsonValueKind.Number
            && value.GetDouble() is var number
            && number >= low
            && number <= high
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a number from {low} to {high}"), value);
    }

    /// <summary>
    /// Reads a soft cap: a number, an explicit null for none, or the fallback where the field is left out.
    /// </summary>
    public double? Cap(string name, double? fallback) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null ? null
        : Has(name) ? Positive(0, name)
        : fallback;

    public bool Flag(string name, bool fallback)
    {
        if (!TryGet(out var value, name))
        {
            return fallback;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, "true or false", value);
    }

    public string? Text(params ReadOnlySpan<string> names)
    {
        if (!TryGet(out var value, names))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(names[0], "a string", value);
    }

    public IReadOnlyList<string>? Texts(string name)
    {
        if (!TryGet(out var value, name))
        {
            return null;
        }

        if (
            value.ValueKind != JsonValueKind.Array
            || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String)
        )
        {
            throw Wrong(name, "a list of strings", value);
        }

        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>Reads one number or a list of them, as <c>eos_token_id</c> may be.</summary>
    public IReadOnlyList<int> Ints(string name)
    {
        if (!TryGet(out var value, name))
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (items.Any(item => item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var id) || id < 0))
        {
            throw Wrong(name, "a token id or a list of them", value);
        }

        return [.. items.Select(item => item.GetInt32())];
    }

    /// <summary>
    /// Names the field in quotes: what follows a bare word with "token" and a colon is taken for a secret and redacted.
    /// </summary>
    public InferenceException Refuse(string name, string message) => new($"{path}: '{name}'", message);

    private bool TryGet(out JsonElement value, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null)
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    private InferenceException Wrong(string name, string expected, JsonElement value)
    {
        var raw = value.GetRawText();
        return Refuse(name, $"expected {expected}, found {(raw.Length > 40 ? raw[..40] + "…" : raw)}");
    }
}
