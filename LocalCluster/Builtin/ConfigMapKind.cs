using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

internal sealed class ConfigMapKind : BuiltinKind
{
    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        if (before is null || !before["immutable"].IsTrue())
        {
            yield break;
        }

        if (!json["immutable"].IsTrue())
        {
            yield return FieldError.Forbidden("immutable", "field is immutable when `immutable` is set");
        }

        foreach (var field in new[] { "data", "binaryData" })
        {
            if (!JsonNode.DeepEquals(json[field], before[field]))
            {
                yield return FieldError.Forbidden(field, "field is immutable when `immutable` is set");
            }
        }
    }
}
