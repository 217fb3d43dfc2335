using k8s.Models;

namespace GemmaOperator.Cluster.Pods;

/// <summary>
/// Completes the requests and limits of a container of ours: a ResourceQuota on limits refuses a pod that lacks one,
/// and what a spec gives goes before what we take for enough.
/// </summary>
internal static class PodResources
{
    /// <summary>
    /// Returns what was given, with a limit and a request of each resource that has a default. A limit is never below
    /// the request that was given; a request that is left out beside a given limit is the limit, as Kubernetes has it.
    /// </summary>
    /// <param name="given">What the spec says; null when it says nothing.</param>
    /// <param name="defaults">Resource, request and limit, for example <c>("cpu", "100m", "2")</c>.</param>
    public static V1ResourceRequirements Complete(
        V1ResourceRequirements? given,
        params IReadOnlyList<(string Name, string Request, string Limit)> defaults
    )
    {
        var requests = Copy(given?.Requests);
        var limits = Copy(given?.Limits);
        foreach (var (name, request, limit) in defaults)
        {
            var asked = requests.GetValueOrDefault(name);
            if (asked is null && !limits.ContainsKey(name))
            {
                requests[name] = new ResourceQuantity(request);
            }

            if (!limits.ContainsKey(name))
            {
                var enough = new ResourceQuantity(limit);
                limits[name] = asked is not null && asked.ToDecimal() > enough.ToDecimal() ? asked : enough;
            }
        }

        return new V1ResourceRequirements
        {
            Requests = requests.Count > 0 ? requests : null,
            Limits = limits.Count > 0 ? limits : null,
        };
    }

    private static Dictionary<string, ResourceQuantity> Copy(IDictionary<string, ResourceQuantity>? quantities) =>
        new(quantities ?? new Dictionary<string, ResourceQuantity>(), StringComparer.Ordinal);
}
