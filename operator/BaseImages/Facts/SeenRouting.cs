using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Says what is there of an object in front of the Service, whose kind the cluster may not have.</summary>
/// <param name="Live">What has its name, whoever's it is; null when nothing has.</param>
/// <param name="IsWithoutKind">Whether the cluster doesn't have the kind.</param>
/// <param name="Refused">Why the API server doesn't show it, or doesn't take it; null when it does.</param>
internal sealed record SeenRouting<T>(T? Live = null, bool IsWithoutKind = false, string? Refused = null)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Says that nothing was looked for.</summary>
    public static readonly SeenRouting<T> Nothing = new();
}
