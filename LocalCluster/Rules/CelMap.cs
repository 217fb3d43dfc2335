using System.Text.Json.Nodes;

namespace LocalCluster.Rules;

/// <summary>Holds a map: an object of the API, or one that an expression makes.</summary>
internal abstract class CelMap
{
    public abstract IEnumerable<object?> Keys { get; }

    public abstract int Count { get; }

    public abstract bool TryGet(object? key, out object? value);
}

/// <summary>Reads an object of the API; fields have the names that rules know them by.</summary>
internal sealed class JsonMap(JsonObject json, JsonObject? schema) : CelMap
{
    public override IEnumerable<object?> Keys => json.Select(f => (object?)(IsMap ? f.Key : FieldNames.Escape(f.Key)));

    public override int Count => json.Count;

    private bool IsMap => schema?["properties"] is null;

    public override bool TryGet(object? key, out object? value)
    {
        value = null;
        if (key is not string name)
        {
            return false;
        }

        var field = IsMap ? name : FieldNames.Unescape(name);
        if (!json.TryGetPropertyValue(field, out var node))
        {
            return false;
        }

        value = CelValues.Of(node, FieldNames.SchemaOf(schema, field));
        return true;
    }
}

/// <summary>Holds a map that an expression makes.</summary>
internal sealed class MadeMap(IReadOnlyList<(object? Key, object? Value)> entries) : CelMap
{
    public override IEnumerable<object?> Keys => entries.Select(e => e.Key);

    public override int Count => entries.Count;

    public override bool TryGet(object? key, out object? value)
    {
        foreach (var entry in entries)
        {
            if (CelValues.AreEqual(entry.Key, key))
            {
                value = entry.Value;
                return true;
            }
        }

        value = null;
        return false;
    }
}
