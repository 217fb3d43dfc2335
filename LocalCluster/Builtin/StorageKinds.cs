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

/// <summary>Defaults and checks PersistentVolumes.</summary>
internal sealed class VolumeKind : BuiltinKind
{
    private static readonly string[] Settings =
    [
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeAttributesClassName",
        "volumeMode",
    ];

    public override void Default(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        spec.Fill("volumeMode", "Filesystem");
        spec.Fill("persistentVolumeReclaimPolicy", "Retain");
        if (spec.Object("capacity")?["storage"] is { } amount)
        {
            spec["capacity"]!["storage"] = Quantity.Canonical(amount);
        }

        json.Child("status").Fill("phase", "Pending");
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        foreach (var error in StorageRules.AccessModes(spec, ""))
        {
            yield return error;
        }

        if (spec.Object("capacity") is not { Count: > 0 })
        {
            yield return FieldError.Required("spec.capacity");
        }

        foreach (var error in StorageRules.VolumeMode(spec))
        {
            yield return error;
        }

        if (!spec.Any(f => f.Value is JsonObject && !Settings.Contains(f.Key, StringComparer.Ordinal)))
        {
            yield return FieldError.Required("spec", "must specify a volume type");
        }
    }
}

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

/// <summary>Checks what claims and volumes have in common.</summary>
internal static class StorageRules
{
    private const string Once = "ReadWriteOncePod";

    private static readonly string[] Modes =
    [
        "\"ReadOnlyMany\"",
        "\"ReadWriteMany\"",
        "\"ReadWriteOnce\"",
        "\"ReadWriteOncePod\"",
    ];

    private static readonly string[] VolumeModes = ["\"Block\"", "\"Filesystem\""];

    public static IEnumerable<FieldError> AccessModes(JsonObject spec, string whenNone)
    {
        var modes = spec.Array("accessModes") ?? [];
        if (modes.Count == 0)
        {
            yield return FieldError.Required("spec.accessModes", whenNone);
        }

        foreach (var mode in modes.Select(m => m.Write()).Where(m => !Modes.Contains(m, StringComparer.Ordinal)))
        {
            yield return FieldError.Unsupported("spec.accessModes", mode, Modes);
        }

        if (modes.Any(m => m.Text() == Once) && modes.Any(m => m.Text() != Once))
        {
            yield return FieldError.Forbidden(
                "spec.accessModes",
                "may not use ReadWriteOncePod with other access modes"
            );
        }
    }

    public static IEnumerable<FieldError> VolumeMode(JsonObject spec)
    {
        if (!VolumeModes.Contains(spec["volumeMode"].Write(), StringComparer.Ordinal))
        {
            yield return FieldError.Unsupported("spec.volumeMode", spec["volumeMode"].Write(), VolumeModes);
        }
    }
}
