using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

internal sealed class EventKind : BuiltinKind
{
    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        // Events of the old client libraries carry no eventTime and are checked less.
        if (json.Text("eventTime") is null)
        {
            yield break;
        }

        foreach (var field in new[] { "reportingComponent", "reportingInstance", "action", "reason" })
        {
            if (json.Text(field) is not { Length: > 0 })
            {
                yield return FieldError.Required(field);
            }
        }

        if (json.Text("type") is not ("Normal" or "Warning"))
        {
            yield return FieldError.Invalid("type", "\"\"", $"has invalid value: {json.Text("type")}");
        }

        if (Encoding.UTF8.GetByteCount(json.Text("message") ?? "") > 1024)
        {
            yield return FieldError.Invalid("message", "\"\"", "can have at most 1024 characters");
        }
    }

    public override void Default(JsonObject json, JsonObject? before)
    {
        json.Fill("source", new JsonObject());
        json["firstTimestamp"] ??= null;
        json["lastTimestamp"] ??= null;
    }
}
