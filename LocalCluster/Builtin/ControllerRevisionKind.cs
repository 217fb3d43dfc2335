using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Checks ControllerRevisions (pkg/apis/apps/validation): their data never changes.</summary>
internal sealed class ControllerRevisionKind : BuiltinKind
{
    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        if (json["data"] is null)
        {
            yield return FieldError.Required("data", "data is mandatory");
        }

        if (json["revision"].Number() < 0)
        {
            yield return FieldError.Invalid("revision", json["revision"].Write(), "must be greater than or equal to 0");
        }

        if (before is not null && !JsonNode.DeepEquals(json["data"], before["data"]))
        {
            yield return FieldError.Invalid("data", json["data"].Write(), "field is immutable");
        }
    }
}
