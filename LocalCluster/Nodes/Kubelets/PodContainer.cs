using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>Reads a container of a pod as what is to run.</summary>
internal static class PodContainer
{
    /// <summary>Returns the container without what must be looked up: files, and variables from elsewhere.</summary>
    public static ContainerSpec Of(JsonObject pod, JsonObject container) =>
        new()
        {
            Namespace = pod.Metadata().Text("namespace")!,
            Pod = pod.Metadata().Text("name")!,
            PodUid = pod.Metadata().Text("uid") ?? "",
            Owner =
                (pod.Metadata().Array("ownerReferences") ?? [])
                    .OfType<JsonObject>()
                    .FirstOrDefault(o => o["controller"].IsTrue())
                    .Text("kind")
                ?? "",
            Name = container.Text("name")!,
            Image = container.Text("image") ?? "",
            Args = Texts(container.Array("args")),
            Env = (container.Array("env") ?? [])
                .OfType<JsonObject>()
                .ToDictionary(e => e.Text("name")!, e => e.Text("value") ?? "", StringComparer.Ordinal),
            Files = new Dictionary<string, byte[]>(StringComparer.Ordinal),
            Mounts = PodVolumes.Mounts(pod, container),
            Labels = (pod.Metadata().Object("labels") ?? []).ToDictionary(
                l => l.Key,
                l => l.Value.Text() ?? "",
                StringComparer.Ordinal
            ),
            Settings = SettingsOf(pod, container),
            Serves = false,
            Log = _ => { },
            Ready = () => { },
        };

    private static ContainerSettings SettingsOf(JsonObject pod, JsonObject container)
    {
        var (own, all) = (container.Object("securityContext"), pod.Object("spec").Object("securityContext"));
        var limits = container.Object("resources").Object("limits");
        var capabilities = own.Object("capabilities");
        return new ContainerSettings
        {
            Command = Texts(container.Array("command")),
            WorkingDirectory = container.Text("workingDir"),
            TerminationPath = container.Text("terminationMessagePath") ?? ContainerSettings.DefaultTerminationPath,
            User = own?["runAsUser"].Number() ?? all?["runAsUser"].Number(),
            Group = own?["runAsGroup"].Number() ?? all?["runAsGroup"].Number(),
            HasReadOnlyRoot = own?["readOnlyRootFilesystem"].IsTrue() == true,
            AllowsEscalation = own?["allowPrivilegeEscalation"] is not { } allows || allows.IsTrue(),
            AddedCapabilities = Texts(capabilities.Array("add")),
            DroppedCapabilities = Texts(capabilities.Array("drop")),
            CpuLimit = Amount(limits?["cpu"]),
            MemoryLimit = Amount(limits?["memory"]) is { } bytes ? (long)bytes : null,
            StartupProbe = ProbeOf(container),
        };
    }

    private static decimal? Amount(JsonNode? value) =>
        value is null ? null : Quantity.Parse(value.Text() ?? $"{value}");

    private static (int Port, string Path)? ProbeOf(JsonObject container)
    {
        var get =
            container.Object("startupProbe").Object("httpGet") ?? container.Object("readinessProbe").Object("httpGet");
        return get?["port"].Number() is { } port and > 0 and < 65536 ? ((int)port, get.Text("path") ?? "/") : null;
    }

    private static string[] Texts(JsonArray? array) => [.. (array ?? []).Select(a => a.Text() ?? "")];
}
