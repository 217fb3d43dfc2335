using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

internal sealed class SecretKind : BuiltinKind
{
    public override void Default(JsonObject json, JsonObject? before)
    {
        json.Fill("type", "Opaque");
        foreach (var (key, value) in json.Object("stringData")?.ToList() ?? [])
        {
            json.Child("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
        }

        json.Remove("stringData");
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        if (json.Text("type") == "kubernetes.io/dockerconfigjson" && json.Object("data")?[".dockerconfigjson"] is null)
        {
            yield return FieldError.Required("data[.dockerconfigjson]");
        }

        if (before is not null && json.Text("type") != before.Text("type"))
        {
            yield return FieldError.Invalid("type", json["type"].Write(), "field is immutable");
        }
    }
}
