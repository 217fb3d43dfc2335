using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

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
