using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Reads one schema's keywords, each named by its path where it can't be used.</summary>
internal readonly record struct SchemaNode(JsonElement Element, string Path)
{
    public bool Has(string name) => Element.TryGetProperty(name, out _);

    public SchemaNode At(string name) => new(Element.GetProperty(name), $"{Path}.{name}");

    public SchemaNode? Maybe(string name) =>
        Element.TryGetProperty(name, out var value) ? new SchemaNode(value, $"{Path}.{name}") : null;

    public IEnumerable<SchemaNode> Items()
    {
        var path = Path;
        return Element.ValueKind == JsonValueKind.Array
            ? Element.EnumerateArray().Select((item, index) => new SchemaNode(item, $"{path}[{index}]"))
            : throw Wrong("expected a list");
    }

    public string Text() =>
        Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Wrong("expected a string");

    /// <summary>Reads a count; null where it isn't given.</summary>
    public int? Count(string name) =>
        Maybe(name) is not { } value ? null
        : value.Element.ValueKind == JsonValueKind.Number
        && value.Element.TryGetDecimal(out var number)
        && number >= 0
        && Math.Truncate(number) == number
            ? (int)Math.Min(number, int.MaxValue)
        : throw value.Wrong("expected a whole number that isn't negative");

    /// <summary>Reads two counts, the first at most the second, which may be left out.</summary>
    public (int Least, int? Most) Counts(string least, string most)
    {
        var (low, high) = (Count(least) ?? 0, Count(most));
        return low <= (high ?? int.MaxValue) ? (low, high) : throw At(least).Wrong($"'{least}' is above '{most}'");
    }

    public SchemaException Wrong(string message) => new(Path, message);
}
