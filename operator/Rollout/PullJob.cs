using GemmaOperator.Api;
using GemmaOperator.Build;
using k8s.Models;

namespace GemmaOperator.Rollout;

/// <summary>
/// A Job that brings an image onto one node and exits at once, so that pods are replaced in the time of a start and not of a
/// pull of gigabytes. It asks for no GPU, and goes to its node without a scheduler.
/// </summary>
internal static class PullJob
{
    public const string Container = "pre-pull";

    /// <summary>On the Job: digest of the image that it pulls.</summary>
    public const string DigestAnnotation = ApiGroup.Name + "/pulls";

    /// <summary>What a finished one is kept for, beyond the time that a rollout may wait for it.</summary>
    private const int KeptSeconds = 600;

    /// <summary>Same node and image, same name: made twice, it is there once.</summary>
    public static string Name(GemmaBaseImage image, ImageStatus target, string node) =>
        ObjectName.With(image.Metadata.Name, "-pull-" + new Fingerprint().With("image", target.Digest).With("node", node).ToString()[..10]);

    public static V1Job For(GemmaBaseImage image, ImageStatus target, string node)
    {
        var (spec, server) = (image.Spec!, image.Spec!.Rollout.Server);
        var timeout = (long)GoDuration.Parse(spec.Rollout.PrePull.Timeout).TotalSeconds;
        var metadata = WorkloadMetadata.For(image);
        metadata.Name = Name(image, target, node);
        // Not the Service's pods: these answer nobody.
        metadata.Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["app.kubernetes.io/name"] = "gemma-pre-pull",
            [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
        };
        metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [DigestAnnotation] = target.Digest };
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = metadata,
            Spec = new V1JobSpec
            {
                BackoffLimit = 0,
                ActiveDeadlineSeconds = timeout,
                TtlSecondsAfterFinished = (int)timeout + KeptSeconds,
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string>(metadata.Labels, StringComparer.Ordinal) },
                    Spec = new V1PodSpec
                    {
                        NodeName = node,
                        RestartPolicy = "Never",
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        TerminationGracePeriodSeconds = 0,
                        Tolerations = server.Tolerations.Count == 0 ? null : [.. server.Tolerations],
                        ImagePullSecrets = ServingDeployment.PullSecrets(spec),
                        SecurityContext = new V1PodSecurityContext
                        {
                            RunAsNonRoot = true,
                            RunAsUser = spec.User.Uid,
                            RunAsGroup = spec.User.Gid,
                            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
                        },
                        Containers =
                        [
                            new V1Container
                            {
                                Name = Container,
                                Image = target.Reference,
                                Command = ["python3", "-c", "pass"],
                                SecurityContext = new V1SecurityContext
                                {
                                    AllowPrivilegeEscalation = false,
                                    ReadOnlyRootFilesystem = true,
                                    Capabilities = new V1Capabilities { Drop = ["ALL"] },
                                },
                                Resources = new V1ResourceRequirements
                                {
                                    Requests = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal) { ["cpu"] = new("10m"), ["memory"] = new("32Mi") },
                                },
                            },
                        ],
                    },
                },
            },
        };
    }
}
