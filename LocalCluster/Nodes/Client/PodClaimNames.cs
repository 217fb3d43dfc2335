using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Client;

/// <summary>Names the claims that a pod mounts.</summary>
internal static class PodClaimNames
{
    public static IEnumerable<string> Of(JsonObject pod) =>
        (pod.Object("spec").Array("volumes") ?? [])
            .Select(v => (v as JsonObject).Object("persistentVolumeClaim").Text("claimName"))
            .OfType<string>();
}
