using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Cluster.Authenticity;

/// <summary>
/// Compares who runs what in a pod: containers, what they are given, and whose account they have. Resources, places,
/// tolerations, labels and users differ without saying anything about it; admission changes them.
/// </summary>
internal static class PodMatch
{
    /// <summary>Returns the path of the first field that differs; null when the pod is the one asked for.</summary>
    /// <param name="wanted">What was rendered.</param>
    /// <param name="live">What the API server has.</param>
    /// <param name="tolerance">What may have been added.</param>
    public static string? Difference(V1PodSpec wanted, V1PodSpec live, Tolerance tolerance) =>
        Containers("initContainers", wanted, wanted.InitContainers ?? [], live.InitContainers ?? [], tolerance)
        ?? Containers("containers", wanted, wanted.Containers, live.Containers ?? [], tolerance)
        ?? Volumes(wanted.Volumes ?? [], live.Volumes ?? [])
        ?? Fields(wanted, live).FirstOrDefault(f => !f.IsSame).Field;

    private static IEnumerable<(string Field, bool IsSame)> Fields(V1PodSpec wanted, V1PodSpec live)
    {
        yield return ("restartPolicy", wanted.RestartPolicy == live.RestartPolicy);
        yield return ("nodeName", wanted.NodeName is null || wanted.NodeName == live.NodeName);
        yield return (
            "serviceAccountName",
            (wanted.ServiceAccountName ?? "default")
                == (live.ServiceAccountName is { Length: > 0 } name ? name : "default")
        );
        yield return (
            "automountServiceAccountToken",
            wanted.AutomountServiceAccountToken == live.AutomountServiceAccountToken
        );
        yield return ("hostPID", wanted.HostPID == true || live.HostPID != true);
        yield return ("hostIPC", wanted.HostIPC == true || live.HostIPC != true);
        yield return ("hostNetwork", wanted.HostNetwork == true || live.HostNetwork != true);
        yield return (
            "shareProcessNamespace",
            wanted.ShareProcessNamespace == true || live.ShareProcessNamespace != true
        );
        // One that was let into a pod afterwards sees the files of ours.
        yield return ("ephemeralContainers", live.EphemeralContainers is not { Count: > 0 });
    }

    private static string? Containers(
        string field,
        V1PodSpec pod,
        IList<V1Container> wanted,
        IList<V1Container> live,
        Tolerance tolerance
    )
    {
        foreach (var container in wanted)
        {
            if (live.Where(c => c.Name == container.Name).ToList() is not [var there])
            {
                return $"{field}[{container.Name}]";
            }

            if (ContainerMatch.Difference(container, there, tolerance) is { } difference)
            {
                return $"{field}[{container.Name}].{difference}";
            }
        }

        var ours = (pod.Volumes ?? []).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var other in live.Where(c => wanted.All(w => w.Name != c.Name)))
        {
            if (other.VolumeMounts?.FirstOrDefault(m => ours.Contains(m.Name)) is { } shared)
            {
                return $"{field}[{Quoted.Of(other.Name)}].volumeMounts[{shared.Name}]";
            }
        }

        return null;
    }

    private static string? Volumes(IList<V1Volume> wanted, IList<V1Volume> live)
    {
        foreach (var volume in wanted)
        {
            var there = live.FirstOrDefault(v => v.Name == volume.Name);
            if (Drift.Between(volume, there) is not null || !SameItems(volume, there!))
            {
                return $"volumes[{volume.Name}]";
            }
        }

        return null;
    }

    /// <summary>An item that nobody asked for puts another key's content under a file's name.</summary>
    private static bool SameItems(V1Volume wanted, V1Volume live) => ApiEquality.Same(KeysOf(wanted), KeysOf(live));

    private static List<string> KeysOf(V1Volume volume) =>
        [.. (volume.ConfigMap?.Items ?? volume.Secret?.Items ?? []).Select(item => $"{item.Key}={item.Path}")];
}
