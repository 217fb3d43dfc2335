using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Schema;

namespace LocalCluster.Patching;

/// <summary>
/// Holds a set of field paths as managedFields write it (FieldsV1): <c>f:name</c>, <c>k:{"name":"x"}</c>, <c>v:"x"</c>;
/// a node may itself be a member (<c>"."</c>, or a leaf).
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    public bool IsMember { get; set; }

    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    public bool IsEmpty => !IsMember && _children.Values.All(c => c.IsEmpty);

    public FieldSet Child(string element)
    {
        if (!_children.TryGetValue(element, out var child))
        {
            _children[element] = child = new FieldSet();
        }

        return child;
    }

    /// <summary>Returns the fields of an object, without what the server owns.</summary>
    /// <param name="json">The object.</param>
    /// <param name="shape">Its type.</param>
    /// <param name="sections">Top-level fields that count: all but status, or status alone.</param>
    /// <param name="containers">
    /// Whether objects are members themselves, as in the sets of updates (but not of applies).
    /// </param>
    public static FieldSet Of(JsonObject json, Shape shape, Func<string, bool> sections, bool containers = false)
    {
        var set = new FieldSet();
        foreach (var (name, value) in json)
        {
            if (name is "apiVersion" or "kind" || !sections(name))
            {
                continue;
            }

            if (name == "metadata" && value is JsonObject metadata)
            {
                foreach (var (field, inner) in metadata)
                {
                    if (field is "labels" or "annotations" or "finalizers" or "ownerReferences")
                    {
                        Add(
                            set.Child("f:metadata").Child("f:" + field),
                            inner,
                            shape.Field("metadata").Field(field),
                            containers
                        );
                    }
                }
            }
            else
            {
                Add(set.Child("f:" + name), value, shape.Field(name), containers && shape is ObjectShape);
            }
        }

        return set;
    }

    public static FieldSet Parse(JsonObject? json)
    {
        var set = new FieldSet();
        foreach (var (element, value) in json ?? [])
        {
            if (element == ".")
            {
                set.IsMember = true;
                continue;
            }

            var child = Parse(value as JsonObject);
            child.IsMember |= child._children.Count == 0;
            set._children[element] = child;
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsMember && _children.Values.Any(c => !c.IsEmpty))
        {
            json["."] = new JsonObject();
        }

        foreach (var (element, child) in _children)
        {
            if (!child.IsEmpty)
            {
                json[element] = child.ToJson();
            }
        }

        return json;
    }

    /// <summary>Returns the member paths, leaves of a node before what is below its other children.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths() => Paths([]);

    public bool Contains(IReadOnlyList<string> path) => Find(path)?.IsMember == true;

    /// <summary>Says whether the path or anything below it is a member.</summary>
    public bool Touches(IReadOnlyList<string> path) => Find(path) is { IsEmpty: false };

    public void Add(IReadOnlyList<string> path) =>
        path.Aggregate(this, (node, element) => node.Child(element)).IsMember = true;

    public void Remove(IReadOnlyList<string> path)
    {
        if (Find(path) is { } node)
        {
            node.IsMember = false;
        }
    }

    /// <summary>Removes the path and all below it.</summary>
    public void RemoveTree(IReadOnlyList<string> path)
    {
        if (path.Count > 0 && Find([.. path.SkipLast(1)]) is { } parent)
        {
            parent._children.Remove(path[^1]);
        }
    }

    private FieldSet? Find(IReadOnlyList<string> path)
    {
        var node = this;
        foreach (var element in path)
        {
            if (!node._children.TryGetValue(element, out var child))
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    private IEnumerable<IReadOnlyList<string>> Paths(IReadOnlyList<string> above)
    {
        if (IsMember && above.Count > 0)
        {
            yield return above;
        }

        foreach (var leaf in _children.Where(c => c.Value._children.Count == 0 && c.Value.IsMember))
        {
            yield return [.. above, leaf.Key];
        }

        foreach (
            var path in _children
                .Where(c => c.Value._children.Count > 0)
                .SelectMany(c => c.Value.Paths([.. above, c.Key]))
        )
        {
            yield return path;
        }
    }

    private static void Add(FieldSet node, JsonNode? value, Shape shape, bool containers)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } o when !shape.IsAtomic:
                node.IsMember |= containers;
                foreach (var (name, inner) in o)
                {
                    Add(node.Child("f:" + name), inner, shape.Field(name), containers);
                }

                break;
            case JsonArray { Count: > 0 } a when shape.Keys.Count > 0:
                node.IsMember |= containers;
                foreach (var item in a.OfType<JsonObject>())
                {
                    var child = node.Child(ListKey.Of(item, shape));
                    child.IsMember = true;
                    foreach (var (name, inner) in item)
                    {
                        Add(child.Child("f:" + name), inner, shape.Item().Field(name), containers);
                    }
                }

                break;
            case JsonArray { Count: > 0 } a when shape.IsSet:
                foreach (var item in a)
                {
                    node.Child("v:" + item.Write()).IsMember = true;
                }

                break;
            default:
                node.IsMember = true;
                break;
        }
    }
}
