using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Routing;

/// <summary>Says what is written of one object in front of the Service; nothing where it is as it should be.</summary>
/// <param name="Apply">To apply; null when nothing is.</param>
/// <param name="Drop">To delete; null when nothing is.</param>
/// <param name="IsAnnounced">
/// Whether it is made by the next pass, once the status says so: else nobody would know of it if the field went
/// meanwhile.
/// </param>
internal sealed record RoutingWork<T>(T? Apply = null, T? Drop = null, bool IsAnnounced = false)
    where T : class, IKubernetesObject<V1ObjectMeta>;
