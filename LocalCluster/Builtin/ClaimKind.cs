using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Defaults and checks PersistentVolumeClaims (pkg/apis/core/validation).</summary>
internal sealed class ClaimKind : BuiltinKind
{
    public override void Default(JsonObject json, JsonObject? before)
    {
        json.Child("spec").Fill("volumeMode", "Filesystem");
        PodTemplate.Quantities(json.Object("spec").Object("resources"));
        json.Child("status").Fill("phase", "Pending");
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        foreach (var error in StorageRules.AccessModes(spec, "at least 1 access mode is required"))
        {
            yield return error;
        }

        var wanted = spec.Object("resources").Object("requests")?["storage"];
        if (wanted is null)
        {
            yield return FieldError.Required("spec.resources[storage]");
        }
        else if (Quantity.Parse(wanted.Text() ?? wanted.Write()) is not > 0)
        {
            yield return FieldError.Invalid("spec.resources[storage]", wanted.Write(), "must be greater than zero");
        }

        foreach (var error in StorageRules.VolumeMode(spec))
        {
            yield return error;
        }

        if (before?.Object("spec") is not { } old)
        {
            yield break;
        }

        if (!JsonNode.DeepEquals(Fixed(old, spec, before), Fixed(spec, spec, before)))
        {
            yield return FieldError.Forbidden(
                "spec",
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound "
                    + "claims"
            );
        }
        else if (Storage(spec) < Storage(old) && Storage(spec) <= (Storage(before.Object("status"), "capacity") ?? 0))
        {
            yield return FieldError.Forbidden(
                "spec.resources.requests.storage",
                "field can not be less than status.capacity"
            );
        }
    }

    /// <summary>Returns what of a claim's spec can't change: the controller names the volume, and once.</summary>
    private static JsonObject Fixed(JsonObject spec, JsonObject next, JsonObject before)
    {
        var copy = spec.Copy();
        copy.Remove("volumeAttributesClassName");
        if (before.Object("spec").Text("volumeName") is not { Length: > 0 })
        {
            copy["volumeName"] = next["volumeName"]?.DeepClone();
        }

        if (before.Object("spec")?["storageClassName"] is null)
        {
            copy["storageClassName"] = next["storageClassName"]?.DeepClone();
        }

        if (before.Object("status").Text("phase") == "Bound")
        {
            copy.Object("resources")?.Remove("requests");
        }

        return copy;
    }

    private static decimal? Storage(JsonObject? spec) => Storage(spec.Object("resources"), "requests");

    private static decimal? Storage(JsonObject? parent, string list) =>
        parent.Object(list)?["storage"] is { } amount ? Quantity.Parse(amount.Text() ?? amount.Write()) : null;
}
