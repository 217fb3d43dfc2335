using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Storage;

namespace LocalCluster.Requests;

/// <summary>Selects objects by the label and field selectors of a list, watch or delete.</summary>
internal sealed class Selector
{
    private readonly List<Func<StoredObject, bool>> _terms = [];

    /// <summary>Reads a request's selectors.</summary>
    /// <exception cref="ApiException">One can't be read, or names a field that isn't selectable (400).</exception>
    public static Selector Parse(ApiRequest request) =>
        Parse(request.Text("labelSelector"), request.Text("fieldSelector"), SelectableFields.Of(request.Resource));

    /// <summary>Says whether an object is in the selection.</summary>
    public bool Matches(StoredObject o) => _terms.TrueForAll(t => t(o));

    private static Selector Parse(string? labels, string? fields, IReadOnlyDictionary<string, string> extraFields)
    {
        var selector = new Selector();
        foreach (var term in SplitTerms(labels ?? ""))
        {
            selector._terms.Add(LabelTerm(term.Trim()));
        }

        foreach (var term in (fields ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            selector._terms.Add(FieldTerm(term.Trim(), extraFields));
        }

        return selector;
    }

    /// <summary>Splits at commas, but not inside <c>in (a,b)</c>.</summary>
    private static IEnumerable<string> SplitTerms(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth +=
                text[i] == '(' ? 1
                : text[i] == ')' ? -1
                : 0;
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        if (start < text.Length)
        {
            yield return text[start..];
        }
    }

    private static Func<StoredObject, bool> LabelTerm(string term)
    {
        if (term.StartsWith('!'))
        {
            var absent = term[1..].Trim();
            return o => !o.Labels.ContainsKey(absent);
        }

        var words = term.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (words is [var key, "in" or "notin", ['(', .., ')']])
        {
            var values = words[2][1..^1].Split(',').Select(v => v.Trim()).ToHashSet(StringComparer.Ordinal);
            return words[1] == "in"
                ? o => o.Labels.TryGetValue(key, out var v) && values.Contains(v)
                : o => !o.Labels.TryGetValue(key, out var v) || !values.Contains(v);
        }

        if (Cut(term, "!=") is { } unequal)
        {
            return o => !o.Labels.TryGetValue(unequal.Key, out var v) || v != unequal.Value;
        }

        if ((Cut(term, "==") ?? Cut(term, "=")) is { } equal)
        {
            return equal.Value.StartsWith('=')
                ? throw ApiException.BadRequest("unable to parse requirement: found '=', expected: identifier")
                : o => o.Labels.TryGetValue(equal.Key, out var v) && v == equal.Value;
        }

        return o => o.Labels.ContainsKey(term);
    }

    private static Func<StoredObject, bool> FieldTerm(string term, IReadOnlyDictionary<string, string> extraFields)
    {
        var unequal = Cut(term, "!=");
        var (field, value) = unequal ?? Cut(term, "==") ?? Cut(term, "=") ?? (term, "");
        Func<StoredObject, string> read = field switch
        {
            "metadata.name" => o => o.Name,
            "metadata.namespace" => o => o.Namespace,
            _ when extraFields.TryGetValue(field, out var path) => o => Read(o, path),
            _ => throw ApiException.BadRequest($"field label not supported: {field}"),
        };
        return unequal is null ? o => read(o) == value : o => read(o) != value;
    }

    private static string Read(StoredObject o, string field)
    {
        JsonNode? node = o.Copy();
        foreach (var part in field.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node switch
        {
            null => "",
            _ => node.Text() ?? node.Write(),
        };
    }

    private static (string Key, string Value)? Cut(string term, string separator)
    {
        var at = term.IndexOf(separator, StringComparison.Ordinal);
        return at <= 0 ? null : (term[..at].Trim(), term[(at + separator.Length)..].Trim());
    }
}
