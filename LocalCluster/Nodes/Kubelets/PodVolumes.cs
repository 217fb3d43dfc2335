using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>
/// Reads what a container mounts: the content of ConfigMaps and Secrets, and which claims and images.
/// </summary>
internal static class PodVolumes
{
    public static IReadOnlyList<ContainerMount> Mounts(JsonObject pod, JsonObject container) =>
        [
            .. (container.Array("volumeMounts") ?? [])
                .OfType<JsonObject>()
                .Select(m =>
                {
                    var volume = Find(pod, m);
                    return new ContainerMount(
                        m.Text("mountPath") ?? "",
                        m.Text("name") ?? "",
                        m.Text("subPath") ?? "",
                        volume.Object("persistentVolumeClaim").Text("claimName"),
                        volume.Object("image").Text("reference"),
                        m["readOnly"].IsTrue() || volume.Object("image") is not null
                    )
                    {
                        Source = volume?.Select(f => f.Key).FirstOrDefault(f => f != "name") ?? "",
                    };
                }),
        ];

    /// <summary>
    /// Returns the image volumes that a container mounts, as containers whose images are to be pulled.
    /// </summary>
    public static IEnumerable<JsonObject> Images(JsonObject pod, JsonObject container) =>
        (container.Array("volumeMounts") ?? [])
            .OfType<JsonObject>()
            .Select(m => Find(pod, m).Object("image"))
            .OfType<JsonObject>()
            .DistinctBy(i => i.Text("reference"), StringComparer.Ordinal)
            .Select(i => new JsonObject
            {
                ["name"] = container.Text("name"),
                ["image"] = i.Text("reference"),
                ["imagePullPolicy"] = i.Text("pullPolicy"),
            });

    /// <summary>Returns the files by their path in the container; what isn't there yet is left out.</summary>
    public static async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(
        KubeClient client,
        JsonObject pod,
        JsonObject container,
        CancellationToken cancellationToken
    )
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var ns = pod.Metadata().Text("namespace")!;
        foreach (var mount in (container.Array("volumeMounts") ?? []).OfType<JsonObject>())
        {
            var volume = Find(pod, mount);
            var (kind, name, source) =
                volume.Object("configMap") is { } map ? (Kind.ConfigMap, map.Text("name"), map)
                : volume.Object("secret") is { } secret ? (Kind.Secret, secret.Text("secretName"), secret)
                : (null, null, null);
            if (kind is null)
            {
                continue;
            }

            var all = await client.ListAsync($"{kind.In(ns)}?fieldSelector=metadata.name%3D{name}", cancellationToken);
            var items = (source!.Array("items") ?? [])
                .OfType<JsonObject>()
                .ToDictionary(i => i.Text("key")!, i => i.Text("path")!, StringComparer.Ordinal);
            foreach (var (key, value) in (all.Items.Count > 0 ? all.Items[0] : null).Object("data") ?? [])
            {
                var path = items.GetValueOrDefault(key, key);
                var content =
                    kind == Kind.Secret
                        ? Convert.FromBase64String(value.Text() ?? "")
                        : Encoding.UTF8.GetBytes(value.Text() ?? "");
                if (mount.Text("subPath") is { } sub)
                {
                    if (sub == path)
                    {
                        files[mount.Text("mountPath")!] = content;
                    }
                }
                else if (items.Count == 0 || items.ContainsKey(key))
                {
                    files[$"{mount.Text("mountPath")}/{path}"] = content;
                }
            }
        }

        return files;
    }

    private static JsonObject? Find(JsonObject pod, JsonObject mount) =>
        (pod.Object("spec").Array("volumes") ?? [])
            .OfType<JsonObject>()
            .FirstOrDefault(v => v.Text("name") == mount.Text("name"));
}
