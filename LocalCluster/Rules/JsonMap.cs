using System.Text.Json.Nodes;

namespace LocalCluster.Rules;

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
