using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Rules;

/// <summary>
/// Holds the rules of a schema where they stand in it, compiled once; parts of a schema without rules aren't gone into.
/// </summary>
internal sealed class RuleTree
{
    private static readonly ConcurrentDictionary<string, RuleTree?> Known = new(StringComparer.Ordinal);

    private readonly JsonObject _schema;
    private readonly List<ValidationRule> _rules = [];
    private readonly List<(string Name, RuleTree Tree)> _properties = [];
    private readonly List<RuleTree> _parts = [];
    private readonly RuleTree? _additional;
    private readonly RuleTree? _items;

    private RuleTree(JsonObject rules, JsonObject node, string path, List<RuleProblem> problems)
    {
        _schema = path.Length == 0 || node["x-kubernetes-embedded-resource"].IsTrue() ? WithMetadata(node) : node;
        var index = 0;
        foreach (var rule in (rules.Array("x-kubernetes-validations") ?? []).OfType<JsonObject>())
        {
            var at = $"{path}.x-kubernetes-validations[{index++}]";
            if (RuleProblem.Of(rule, at) is { } problem)
            {
                problems.Add(problem);
                continue;
            }

            try
            {
                _rules.Add(new ValidationRule(rule, _schema));
            }
            catch (RuleSyntaxException e)
            {
                problems.Add(RuleProblem.NotCompiled(rule, at, e.Message));
            }
        }

        foreach (var (name, property) in rules.Object("properties") ?? [])
        {
            if (property is JsonObject p && node.Object("properties").Object(name) is { } own)
            {
                if (Make(p, own, $"{path}.properties[{name}]", problems) is { } tree)
                {
                    _properties.Add((name, tree));
                }
            }
        }

        if (rules.Object("additionalProperties") is { } each && node.Object("additionalProperties") is { } ownEach)
        {
            _additional = Make(each, ownEach, $"{path}.additionalProperties", problems);
        }

        if (rules.Object("items") is { } item && node.Object("items") is { } ownItem)
        {
            _items = Make(item, ownItem, $"{path}.items", problems);
        }

        index = 0;
        foreach (var part in (rules.Array("allOf") ?? []).OfType<JsonObject>())
        {
            if (Make(part, node, $"{path}.allOf[{index++}]", problems) is { } tree)
            {
                _parts.Add(tree);
            }
        }

        Problems = problems;
    }

    /// <summary>Gets what is wrong with rules of the whole tree.</summary>
    public IReadOnlyList<RuleProblem> Problems { get; }

    private bool IsEmpty =>
        _rules.Count == 0 && _properties.Count == 0 && _parts.Count == 0 && _additional is null && _items is null;

    /// <summary>Returns the rules of a definition's schema; null when it has none.</summary>
    public static RuleTree? Of(JsonObject schema) =>
        Known.GetOrAdd(
            schema.ToJsonString(),
            static (_, s) =>
            {
                var problems = new List<RuleProblem>();
                var tree = new RuleTree(s, s, "", problems);
                return tree.IsEmpty && problems.Count == 0 ? null : tree;
            },
            (JsonObject)schema.DeepClone()
        );

    /// <summary>Evaluates the rules on a new object, or on another state of one.</summary>
    /// <returns>What is wrong, and what is wrong but was so before (it is only warned of).</returns>
    public (IReadOnlyList<FieldError> Errors, IReadOnlyList<FieldError> Ratcheted) Validate(
        JsonObject json,
        JsonObject? before
    )
    {
        var (errors, ratcheted) = (new List<FieldError>(), new List<FieldError>());
        Validate(new Pair(json, before, null), "", errors, ratcheted);
        return (errors, ratcheted);
    }

    private void Validate(Pair pair, string path, List<FieldError> errors, List<FieldError> ratcheted)
    {
        if (pair.Value is not { } value)
        {
            return;
        }

        foreach (var rule in _rules)
        {
            if (rule.Judge(value, pair.Old, path) is { } error)
            {
                (!rule.IsTransition && pair.IsSame ? ratcheted : errors).Add(error);
            }
        }

        foreach (var part in _parts)
        {
            part.Validate(pair, path, errors, ratcheted);
        }

        if (value is JsonObject o)
        {
            var old = _schema.Text("x-kubernetes-map-type") == "atomic" ? null : pair.Old as JsonObject;
            foreach (var (name, tree) in _properties)
            {
                tree.Validate(new Pair(o[name], old?[name], pair), FieldError.PathOf(path, name), errors, ratcheted);
            }

            foreach (var (name, item) in _additional is null ? [] : o)
            {
                _additional!.Validate(new Pair(item, old?[name], pair), $"{path}[{name}]", errors, ratcheted);
            }
        }
        else if (value is JsonArray a && _items is not null)
        {
            for (var i = 0; i < a.Count; i++)
            {
                var old = Counterpart(a[i], pair.Old as JsonArray);
                _items.Validate(new Pair(a[i], old, pair), $"{path}[{i}]", errors, ratcheted);
            }
        }
    }

    /// <summary>Returns the old item with the same keys; only items of list maps have one.</summary>
    private JsonNode? Counterpart(JsonNode? item, JsonArray? old)
    {
        if (old is null || _schema.Text("x-kubernetes-list-type") != "map")
        {
            return null;
        }

        var keys = (_schema.Array("x-kubernetes-list-map-keys") ?? []).Select(k => k.Text() ?? "").ToList();
        return old.FirstOrDefault(o => keys.TrueForAll(k => JsonNode.DeepEquals(o?[k], item?[k])));
    }

    private static RuleTree? Make(JsonObject rules, JsonObject node, string path, List<RuleProblem> problems)
    {
        var tree = new RuleTree(rules, node, path, problems);
        return tree.IsEmpty ? null : tree;
    }

    /// <summary>Adds what rules at the root of a resource may read besides its own fields.</summary>
    private static JsonObject WithMetadata(JsonObject schema)
    {
        var copy = schema.Copy();
        var properties = copy.Child("properties");
        foreach (var name in new[] { "apiVersion", "kind" })
        {
            properties[name] = new JsonObject { ["type"] = "string" };
        }

        properties["metadata"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["name"] = new JsonObject { ["type"] = "string" },
                ["generateName"] = new JsonObject { ["type"] = "string" },
            },
        };
        return copy;
    }

    /// <summary>Holds a value with the one before, and the pair around it.</summary>
    private sealed record Pair(JsonNode? Value, JsonNode? Old, Pair? Outer)
    {
        /// <summary>Says whether it is as before, or what it can only be compared within is.</summary>
        public bool IsSame => Old is not null ? JsonNode.DeepEquals(Value, Old) : Outer?.IsSame == true;
    }
}
