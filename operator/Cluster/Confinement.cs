using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Renders the security contexts of pods that need no privilege (Pod Security "restricted").</summary>
internal static class Confinement
{
    /// <summary>Renders a pod's context.</summary>
    /// <param name="user">User id of all containers; null leaves it to the images.</param>
    /// <param name="group">Group id of all containers; null leaves it to the images.</param>
    /// <param name="volumeGroup">Group that owns the pod's volumes; null changes nothing.</param>
    /// <param name="mayBeRoot">Whether an image that runs as root is let in.</param>
    public static V1PodSecurityContext Pod(
        long? user = null,
        long? group = null,
        long? volumeGroup = null,
        bool mayBeRoot = false
    ) =>
        new()
        {
            RunAsNonRoot = mayBeRoot ? null : true,
            RunAsUser = user,
            RunAsGroup = group,
            FsGroup = volumeGroup,
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        };

    /// <summary>Renders a container's context: no new privileges, no capabilities, no writable root.</summary>
    public static V1SecurityContext Container() =>
        new()
        {
            AllowPrivilegeEscalation = false,
            ReadOnlyRootFilesystem = true,
            Capabilities = new V1Capabilities { Drop = ["ALL"] },
        };
}
