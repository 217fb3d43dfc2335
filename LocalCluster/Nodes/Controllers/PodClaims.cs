using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>
/// Says what the claims of a pod mean for its scheduling, as the scheduler's VolumeBinding plugin does.
/// </summary>
internal static class PodClaims
{
    /// <summary>Tells a provisioner where a claim's first pod will run.</summary>
    public const string SelectedNode = "volume.kubernetes.io/selected-node";

    /// <summary>Returns why no node can take the pod yet; null when its claims don't stand in the way.</summary>
    public static string? Refusal(JsonObject pod, Mirror mirror)
    {
        foreach (var name in PodClaimNames.Of(pod))
        {
            if (Find(pod, name, mirror) is not { } claim)
            {
                return $"persistentvolumeclaim \"{name}\" not found";
            }

            if (claim.Metadata()["deletionTimestamp"] is not null)
            {
                return $"persistentvolumeclaim \"{name}\" is being deleted";
            }

            if (!IsBound(claim) && !Waits(claim, mirror))
            {
                return "pod has unbound immediate PersistentVolumeClaims";
            }
        }

        return null;
    }

    /// <summary>Returns the claims that are bound only when a node is chosen.</summary>
    public static IReadOnlyList<JsonObject> Unbound(JsonObject pod, Mirror mirror) =>
        [.. PodClaimNames.Of(pod).Select(n => Find(pod, n, mirror)).OfType<JsonObject>().Where(c => !IsBound(c))];

    private static JsonObject? Find(JsonObject pod, string name, Mirror mirror) =>
        mirror.Find(Kind.Claim, pod.Metadata().Text("namespace")!, name);

    private static bool IsBound(JsonObject claim) => claim.Object("status").Text("phase") == "Bound";

    private static bool Waits(JsonObject claim, Mirror mirror) =>
        mirror
            .Find(Kind.StorageClass, "", claim.Object("spec").Text("storageClassName") ?? "")
            .Text("volumeBindingMode") == "WaitForFirstConsumer";
}
