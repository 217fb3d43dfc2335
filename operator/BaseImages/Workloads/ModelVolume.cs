using GemmaOperator.BaseImages.Models;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Renders the volume of the weights, and its mount in the server.</summary>
internal static class ModelVolume
{
    public const string Name = "models";

    /// <summary>Names the directory below a volume's root that a fetch fills, and that the server sees.</summary>
    public const string FetchedDirectory = "model";

    /// <summary>Returns the pod's volumes for the weights; none when nothing is mounted.</summary>
    public static IEnumerable<V1Volume> VolumesOf(ModelMount mount) =>
        mount switch
        {
            ModelMount.InClaim claim =>
            [
                new V1Volume
                {
                    Name = Name,
                    PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource
                    {
                        ClaimName = claim.Claim,
                        ReadOnlyProperty = true,
                    },
                },
            ],
            ModelMount.InImage image =>
            [
                new V1Volume
                {
                    Name = Name,
                    Image = new V1ImageVolumeSource { Reference = image.Reference, PullPolicy = "IfNotPresent" },
                },
            ],
            ModelMount.Fetched fetched =>
            [
                new V1Volume { Name = Name, EmptyDir = new V1EmptyDirVolumeSource() },
                .. FetchContainer.SecretsOf(fetched.Command),
            ],
            _ => [],
        };

    /// <summary>Returns the server's mounts of the weights; none when nothing is mounted.</summary>
    public static IEnumerable<V1VolumeMount> MountsOf(ModelMount mount, string path) =>
        mount is ModelMount.Nothing
            ? []
            :
            [
                new V1VolumeMount
                {
                    Name = Name,
                    MountPath = path,
                    SubPath = SubPathOf(mount) is { Length: > 0 } directory ? directory : null,
                    ReadOnlyProperty = true,
                },
            ];

    /// <summary>
    /// Returns where the server finds the weights. A container runtime that knows image volumes may not know a
    /// directory of one, and then mounts the whole image without a word (containerd before 2.2): so it is always
    /// mounted whole, and the server is told the directory.
    /// </summary>
    public static string DirectoryOf(ModelMount mount, string path) =>
        mount is ModelMount.InImage { SubPath: { Length: > 0 } directory } ? $"{path.TrimEnd('/')}/{directory}" : path;

    /// <summary>Returns the claim that a Deployment mounts for its weights; null when it mounts none.</summary>
    public static string? ClaimOf(V1Deployment? deployment) =>
        deployment
            ?.Spec?.Template?.Spec?.Volumes?.FirstOrDefault(v => v.Name == Name)
            ?.PersistentVolumeClaim?.ClaimName;

    private static string SubPathOf(ModelMount mount) =>
        mount switch
        {
            ModelMount.InClaim claim => claim.SubPath,
            ModelMount.Fetched => FetchedDirectory,
            _ => "",
        };
}
