using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Schema;

/// <summary>Reads merge behaviour from a CRD's schema; lists are atomic unless it says otherwise.</summary>
internal sealed class SchemaShape(JsonObject? schema) : Shape
{
    public override bool IsAtomic =>
        schema?.Text("x-kubernetes-map-type") == "atomic"
        || (
            schema?.Text("type") == "array"
            && schema.Text("x-kubernetes-list-type") is null or "atomic"
            && schema?["items"] is not null
        );

    public override bool IsSet => schema?.Text("x-kubernetes-list-type") == "set";

    public override IReadOnlyList<string> Keys =>
        schema?.Text("x-kubernetes-list-type") == "map"
            ? [.. (schema.Array("x-kubernetes-list-map-keys") ?? []).Select(k => k.Text() ?? "")]
            : [];

    public override string? KeyDefault(string key) =>
        schema.Object("items").Object("properties").Object(key)?["default"].Text();

    public override Shape Field(string name) =>
        new SchemaShape(schema.Object("properties").Object(name) ?? schema.Object("additionalProperties"));

    public override Shape Item() => new SchemaShape(schema.Object("items"));
}
