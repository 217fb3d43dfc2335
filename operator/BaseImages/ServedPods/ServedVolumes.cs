using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using k8s.Models;

namespace GemmaOperator.BaseImages.ServedPods;

/// <summary>
/// Renders additional volumes of the served pods, and where containers see them: from types that can hold nothing of
/// the node and no token of an account.
/// </summary>
internal static class ServedVolumes
{
    public static IEnumerable<V1Volume> Of(ServerSpec server) => server.Volumes.Select(Volume);

    public static IEnumerable<V1VolumeMount> MountsOf(IReadOnlyList<ServedMount> mounts) =>
        mounts.Select(m => new V1VolumeMount
        {
            Name = m.Name,
            MountPath = m.MountPath,
            SubPath = m.SubPath.Length == 0 ? null : m.SubPath,
            ReadOnlyProperty = OrNull(m.ReadOnly),
        });

    private static V1Volume Volume(ServedVolume volume) =>
        new()
        {
            Name = volume.Name,
            EmptyDir = volume.EmptyDir is { } directory
                ? new V1EmptyDirVolumeSource
                {
                    Medium = directory.Medium?.Text,
                    SizeLimit = directory.SizeLimit.Length == 0 ? null : new ResourceQuantity(directory.SizeLimit),
                }
                : null,
            PersistentVolumeClaim = volume.PersistentVolumeClaim is { } claim
                ? new V1PersistentVolumeClaimVolumeSource
                {
                    ClaimName = claim.ClaimName,
                    ReadOnlyProperty = OrNull(claim.ReadOnly),
                }
                : null,
            Secret = volume.Secret is { } secret
                ? new V1SecretVolumeSource
                {
                    SecretName = secret.SecretName,
                    Optional = OrNull(secret.Optional),
                    DefaultMode = secret.DefaultMode,
                    Items = Files(secret.Items),
                }
                : null,
            ConfigMap = volume.ConfigMap is { } map
                ? new V1ConfigMapVolumeSource
                {
                    Name = map.Name,
                    Optional = OrNull(map.Optional),
                    DefaultMode = map.DefaultMode,
                    Items = Files(map.Items),
                }
                : null,
            Projected = volume.Projected is { } projected
                ? new V1ProjectedVolumeSource
                {
                    DefaultMode = projected.DefaultMode,
                    Sources = [.. projected.Sources.Select(Part)],
                }
                : null,
            Csi = volume.Csi is { } csi ? Driver(csi) : null,
        };

    private static V1VolumeProjection Part(ProjectedPart part) =>
        new()
        {
            Secret = part.Secret is { } secret
                ? new V1SecretProjection
                {
                    Name = secret.Name,
                    Optional = OrNull(secret.Optional),
                    Items = Files(secret.Items),
                }
                : null,
            ConfigMap = part.ConfigMap is { } map
                ? new V1ConfigMapProjection
                {
                    Name = map.Name,
                    Optional = OrNull(map.Optional),
                    Items = Files(map.Items),
                }
                : null,
        };

    private static V1CSIVolumeSource Driver(CsiSource csi) =>
        new()
        {
            Driver = csi.Driver,
            ReadOnlyProperty = OrNull(csi.ReadOnly),
            VolumeAttributes =
                csi.VolumeAttributes.Count == 0
                    ? null
                    : new Dictionary<string, string>(csi.VolumeAttributes, StringComparer.Ordinal),
            NodePublishSecretRef = csi.NodePublishSecretRef is { Name.Length: > 0 } secret
                ? new V1LocalObjectReference { Name = secret.Name }
                : null,
        };

    private static List<V1KeyToPath>? Files(IReadOnlyList<KeyFile> items) =>
        items.Count == 0
            ? null
            :
            [
                .. items.Select(i => new V1KeyToPath
                {
                    Key = i.Key,
                    Path = i.Path,
                    Mode = i.Mode,
                }),
            ];

    private static bool? OrNull(bool flag) => flag ? true : null;
}
