using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Writes a quota's amounts in their canonical form, and refuses what is none.</summary>
internal sealed class ResourceQuotaKind : BuiltinKind
{
    public override void Default(JsonObject json, JsonObject? before)
    {
        foreach (var list in new[] { json.Child("spec").Object("hard"), json.Child("status").Object("hard") })
        {
            foreach (var (name, value) in list?.ToList() ?? [])
            {
                list![name] = Quantity.Canonical(value);
            }
        }
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        foreach (var (name, value) in json.Object("spec").Object("hard") ?? [])
        {
            if (Quantity.Parse(value.Text() ?? value.Write()) is not >= 0)
            {
                yield return FieldError.Invalid(
                    $"spec.hard[{name}]",
                    value.Write(),
                    "must be greater than or equal to 0"
                );
            }
        }

        if (before is not null && !JsonNode.DeepEquals(json["spec"]?["scopes"], before["spec"]?["scopes"]))
        {
            yield return FieldError.Invalid("spec.scopes", json["spec"]!["scopes"].Write(), "field is immutable");
        }
    }
}
