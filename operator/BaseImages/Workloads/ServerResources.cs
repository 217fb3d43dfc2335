using System.Globalization;
using GemmaOperator.Api.BaseImages;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Resources of the server container: what the spec gives, with the GPUs as a limit (extended resources
/// are never overcommitted).
/// </summary>
internal static class ServerResources
{
    public static V1ResourceRequirements? Of(ServerSpec server)
    {
        var limits = new Dictionary<string, ResourceQuantity>(
            server.Resources?.Limits ?? new Dictionary<string, ResourceQuantity>(),
            StringComparer.Ordinal
        );
        if (server.Gpu.Count > 0)
        {
            limits[server.Gpu.ResourceName] = new ResourceQuantity(
                server.Gpu.Count.ToString(CultureInfo.InvariantCulture)
            );
        }

        var requests = server.Resources?.Requests;
        return limits.Count == 0 && requests is not { Count: > 0 }
            ? null
            : new V1ResourceRequirements { Limits = limits.Count == 0 ? null : limits, Requests = requests };
    }
}
