using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Counts the devices that a pod needs of its node, as the scheduler does: those of all containers that run at once, or
/// those of an init container with the sidecars that were started before it, whichever are more.
/// </summary>
internal static class PodDevices
{
    private static readonly Dictionary<string, ResourceQuantity> NoLimits = new(StringComparer.Ordinal);

    /// <summary>Returns how many of each; what isn't named like a device (CPU, memory) is left out.</summary>
    public static IReadOnlyDictionary<string, decimal> Of(V1PodSpec pod)
    {
        var running = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var most = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var container in pod.InitContainers ?? [])
        {
            foreach (var (name, count) in Asked(container))
            {
                var withIt = running.GetValueOrDefault(name) + count;
                most[name] = Math.Max(most.GetValueOrDefault(name), withIt);
                if (container.RestartPolicy == "Always")
                {
                    running[name] = withIt;
                }
            }
        }

        foreach (var (name, count) in pod.Containers.SelectMany(Asked))
        {
            running[name] = running.GetValueOrDefault(name) + count;
            most[name] = Math.Max(most.GetValueOrDefault(name), running[name]);
        }

        return most;
    }

    private static IEnumerable<KeyValuePair<string, decimal>> Asked(V1Container container) =>
        (container.Resources?.Limits ?? NoLimits)
            .Where(l => l.Key.Contains('/', StringComparison.Ordinal))
            .Select(l => KeyValuePair.Create(l.Key, l.Value.ToDecimal()));
}
