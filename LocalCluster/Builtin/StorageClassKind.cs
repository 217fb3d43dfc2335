using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Defaults and checks StorageClasses (pkg/apis/storage/validation).</summary>
internal sealed class StorageClassKind : BuiltinKind
{
    private static readonly string[] Policies = ["\"Delete\"", "\"Retain\""];
    private static readonly string[] BindingModes = ["\"Immediate\"", "\"WaitForFirstConsumer\""];

    public override void Default(JsonObject json, JsonObject? before)
    {
        json.Fill("reclaimPolicy", "Delete");
        json.Fill("volumeBindingMode", "Immediate");
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        if (json.Text("provisioner") is not { Length: > 0 })
        {
            yield return FieldError.Required("provisioner");
        }

        foreach (var (field, values) in new[] { ("reclaimPolicy", Policies), ("volumeBindingMode", BindingModes) })
        {
            if (!values.Contains(json[field].Write(), StringComparer.Ordinal))
            {
                yield return FieldError.Unsupported(field, json[field].Write(), values);
            }
        }

        if (before is null)
        {
            yield break;
        }

        foreach (var field in new[] { "parameters", "provisioner", "reclaimPolicy" })
        {
            if (!JsonNode.DeepEquals(json[field], before[field]))
            {
                yield return FieldError.Forbidden(field, $"updates to {field} are forbidden.");
            }
        }

        if (json.Text("volumeBindingMode") != before.Text("volumeBindingMode"))
        {
            yield return FieldError.Invalid(
                "volumeBindingMode",
                json["volumeBindingMode"].Write(),
                "field is immutable"
            );
        }
    }
}
