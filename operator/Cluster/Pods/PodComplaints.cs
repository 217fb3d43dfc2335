using k8s.Models;

namespace GemmaOperator.Cluster.Pods;

/// <summary>Says what keeps a pod from being as it should.</summary>
internal static class PodComplaints
{
    /// <summary>
    /// Returns a sentence for each condition that isn't met and each container that waits, failed or was started again;
    /// none for a pod that has ended well. It is text of the cluster: whoever shows it makes it safe to show.
    /// </summary>
    public static IEnumerable<string> Of(V1Pod pod)
    {
        if (pod.Status?.Phase is "Succeeded")
        {
            yield break;
        }

        foreach (var c in pod.Status?.Conditions?.Where(c => c.Status == "False" && c.Message is { Length: > 0 }) ?? [])
        {
            yield return $"{c.Type} is False, {c.Reason}: {c.Message}";
        }

        foreach (var c in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
        {
            if (c.State?.Waiting is { } waiting)
            {
                yield return $"container {c.Name} waits, {waiting.Reason}: {waiting.Message}";
            }
            else if (c.State?.Terminated is { ExitCode: not 0 } ended)
            {
                yield return $"container {c.Name} ended with {ended.ExitCode}, {ended.Reason}";
            }

            if (c.RestartCount > 0)
            {
                yield return $"container {c.Name} was started {c.RestartCount + 1} times";
            }
        }
    }
}
