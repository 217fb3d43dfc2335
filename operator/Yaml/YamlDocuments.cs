using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GemmaOperator.Yaml;

/// <summary>
/// Reads a YAML stream as JSON, with the places of its documents and the fields that are there twice, which JSON
/// readers would lose. What would grow or nest without end is refused.
/// </summary>
internal sealed class YamlDocuments
{
    private const string MergeKey = "<<";

    /// <summary>An API server's readers nest no deeper.</summary>
    private const int MaxDepth = 200;

    /// <summary>Bounds what aliases of aliases make of a small file.</summary>
    private const int MaxNodes = 500_000;

    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private List<(string, long)> _duplicates = [];
    private int _nodes;

    private YamlDocuments(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>Returns the documents of a text, empty ones too.</summary>
    /// <exception cref="YamlException">It is no YAML; the place is in the exception.</exception>
    public static IReadOnlyList<YamlDocument> Read(string text)
    {
        var reader = new YamlDocuments(text);
        var documents = new List<YamlDocument>();
        try
        {
            reader._parser.Consume<StreamStart>();
            while (!reader._parser.Accept<StreamEnd>(out _))
            {
                documents.Add(reader.Document());
            }

            return documents;
        }
        catch (InvalidOperationException e)
        {
            // The parser's own words for a collection that ends where none may.
            var at = reader._parser.Current?.End ?? Mark.Empty;
            throw new YamlException(at, at, "a list or a mapping isn't closed, or is closed twice", e);
        }
    }

    private YamlDocument Document()
    {
        _parser.Consume<DocumentStart>();
        _anchors.Clear();
        _duplicates = [];
        var line = _parser.Current!.Start.Line;
        var content = Node("", 0);
        _parser.Consume<DocumentEnd>();
        return new YamlDocument(content, line, _duplicates);
    }

    private JsonNode? Node(string path, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Refuse(_parser.Current!, $"it nests deeper than {MaxDepth} levels");
        }

        Count(_parser.Current!, 1);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out var named)
                ? Copy(alias, named)
                : throw Refuse(alias, $"there is no anchor '{alias.Value}' before it");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return Remember(scalar, YamlScalar.Read(scalar));
        }

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var list = new JsonArray();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(Node($"{path}[{list.Count}]", depth + 1));
            }

            return Remember(sequence, list);
        }

        var start = _parser.Consume<MappingStart>();
        return Remember(start, Mapping(path, depth));
    }

    private JsonObject Mapping(string path, int depth)
    {
        var (map, merged) = (new JsonObject(), new List<JsonObject>());
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw Refuse(_parser.Current!, "a field's name must be text");
            }

            var field = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            var value = Node(field, depth + 1);
            if (key is { Style: ScalarStyle.Plain, Value: MergeKey })
            {
                merged.AddRange((value as JsonArray ?? [value]).OfType<JsonObject>());
                continue;
            }

            if (map.ContainsKey(key.Value))
            {
                _duplicates.Add((field, key.Start.Line));
            }

            map[key.Value] = value;
        }

        foreach (var (name, value) in merged.SelectMany(m => m))
        {
            if (!map.ContainsKey(name))
            {
                map[name] = value?.DeepClone();
            }
        }

        return map;
    }

    private JsonNode? Remember(NodeEvent node, JsonNode? value)
    {
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor] = value?.DeepClone();
        }

        return value;
    }

    private JsonNode? Copy(AnchorAlias alias, JsonNode? named)
    {
        Count(alias, Size(named));
        return named?.DeepClone();
    }

    private static int Size(JsonNode? node) =>
        node switch
        {
            JsonObject map => 1 + map.Sum(f => Size(f.Value)),
            JsonArray list => 1 + list.Sum(Size),
            _ => 1,
        };

    private void Count(ParsingEvent at, int more)
    {
        _nodes += more;
        if (_nodes > MaxNodes)
        {
            throw Refuse(at, $"it holds more than {MaxNodes} values");
        }
    }

    private static YamlException Refuse(ParsingEvent at, string why) => new(at.Start, at.End, why);
}
