using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

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

        foreach (var error in spec.Object("csi") is { } csi ? Driver(csi) : [])
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> Driver(JsonObject csi)
    {
        var driver = csi.Text("driver") ?? "";
        if (driver.Length == 0)
        {
            yield return FieldError.Required("spec.csi.driver");
        }
        else if (!Subdomain.Match(driver.ToLowerInvariant()))
        {
            yield return FieldError.Invalid("spec.csi.driver", JsonValue.Create(driver).Write(), Subdomain.Rule);
        }

        if (csi.Text("volumeHandle") is not { Length: > 0 })
        {
            yield return FieldError.Required("spec.csi.volumeHandle");
        }
    }
}
