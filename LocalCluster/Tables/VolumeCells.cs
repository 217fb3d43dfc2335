using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Reads the cells of claims, volumes and storage classes.</summary>
internal static class VolumeCells
{
    public static string? Phase(JsonObject o) =>
        o.Metadata()["deletionTimestamp"] is not null ? "Terminating" : o.Object("status").Text("phase");

    public static string ClaimCapacity(JsonObject claim) => IsJoined(claim) ? Storage(claim.Object("status")) : "";

    public static string ClaimModes(JsonObject claim) => IsJoined(claim) ? ModesOf(claim.Object("status")) : "";

    public static string Capacity(JsonObject volume) => Storage(volume.Object("spec"));

    public static string Modes(JsonObject volume) => ModesOf(volume["spec"]);

    public static string Class(JsonObject o) => o.Object("spec").Text("storageClassName") ?? "";

    public static string AttributesClass(JsonObject o) => OrUnset(o.Object("spec").Text("volumeAttributesClassName"));

    public static string Mode(JsonObject o) => OrUnset(o.Object("spec").Text("volumeMode"));

    public static string Claim(JsonObject volume) =>
        volume.Object("spec").Object("claimRef") is { } claim ? $"{claim.Text("namespace")}/{claim.Text("name")}" : "";

    public static string ClassName(JsonObject storageClass)
    {
        var name = storageClass.Metadata().Text("name") ?? "";
        var annotations = storageClass.Metadata().Object("annotations");
        return annotations.Text("storageclass.kubernetes.io/is-default-class") == "true" ? $"{name} (default)" : name;
    }

    private static bool IsJoined(JsonObject claim) => claim.Object("spec").Text("volumeName") is { Length: > 0 };

    private static string Storage(JsonObject? o) =>
        o.Object("capacity")?["storage"] is { } amount ? amount.Text() ?? amount.Write() : "";

    private static string ModesOf(JsonNode? o)
    {
        var modes = (o.Array("accessModes") ?? []).Select(m => m.Text()).ToHashSet(StringComparer.Ordinal);
        return string.Join(
            ',',
            new[]
            {
                ("ReadWriteOnce", "RWO"),
                ("ReadOnlyMany", "ROX"),
                ("ReadWriteMany", "RWX"),
                ("ReadWriteOncePod", "RWOP"),
            }
                .Where(m => modes.Contains(m.Item1))
                .Select(m => m.Item2)
        );
    }

    private static string OrUnset(string? text) => text is { Length: > 0 } ? text : "<unset>";
}
