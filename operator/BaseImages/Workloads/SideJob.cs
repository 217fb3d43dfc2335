using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.ServedPods;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Renders a short Job beside the served pods, of the served image itself and as the same user, on a named node: it
/// goes there without a scheduler, asks for no GPU, and has no token, no privilege and no writable root.
/// </summary>
internal sealed record SideJob
{
    public required string Name { get; init; }

    /// <summary>
    /// Name of its container and, with <c>gemma-</c> before it, its pods' <c>app.kubernetes.io/name</c>: never the
    /// Service's, these answer nobody.
    /// </summary>
    public required string Role { get; init; }

    /// <summary>Of the pods that it is beside.</summary>
    public required ServingTemplate Template { get; init; }

    /// <summary>Gets what those pods tolerate besides: admission may have added to it.</summary>
    public IReadOnlyList<V1Toleration> Tolerations { get; init; } = [];

    /// <summary>Gets the served pods' keys, for a Job that shows one; null for one that doesn't.</summary>
    public KeysFile? Keys { get; init; }

    /// <summary>Gets variables of the served pods that it is given, too.</summary>
    public IReadOnlyList<V1EnvVar> Variables { get; init; } = [];

    public required string Node { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required TimeSpan Deadline { get; init; }

    /// <summary>Gets how long it stays after its end.</summary>
    public required TimeSpan Kept { get; init; }

    public int BackoffLimit { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public static string RoleLabel(string role) => "gemma-" + role;

    public V1Job For(GemmaBaseImage image)
    {
        var metadata = WorkloadMetadata.For(image);
        metadata.Name = Name;
        metadata.Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [WorkloadMetadata.NameLabel] = RoleLabel(Role),
            [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
        };
        metadata.Annotations = new Dictionary<string, string>(Annotations, StringComparer.Ordinal);
        // So that its pod's end wakes the GemmaBaseImage.
        var labels = new Dictionary<string, string>(metadata.Labels, StringComparer.Ordinal)
        {
            [ApiGroup.ImageLabel] = image.Metadata.Name,
        };
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = metadata,
            Spec = new V1JobSpec
            {
                BackoffLimit = BackoffLimit,
                ActiveDeadlineSeconds = (long)Deadline.TotalSeconds,
                TtlSecondsAfterFinished = (int)Kept.TotalSeconds,
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = labels },
                    Spec = Pod(Template.Pod.Spec),
                },
            },
        };
    }

    private V1PodSpec Pod(V1PodSpec served) =>
        new()
        {
            NodeName = Node,
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = 0,
            Tolerations = Tolerated(served) is { Count: > 0 } all ? all : null,
            ImagePullSecrets = served.ImagePullSecrets,
            SecurityContext = Confinement.Pod(
                served.SecurityContext.RunAsUser,
                served.SecurityContext.RunAsGroup,
                // What may read a Secret's files in the served pods may read them here.
                Keys?.Volume
                    is null
                    ? null
                    : served.SecurityContext.FsGroup
            ),
            Volumes = Keys?.Volume is { } volume ? [volume] : null,
            Containers =
            [
                new V1Container
                {
                    Name = Role,
                    Image = Template.Reference,
                    Command = ["python3", "-c"],
                    Args = [.. Arguments.Select(PodText.Literal)],
                    Env = Variables.Count == 0 ? null : [.. Variables],
                    SecurityContext = Confinement.Container(),
                    VolumeMounts = Keys?.Mount is { } mount ? [mount] : null,
                    Resources = SideJobResources.Beside(served.Containers[0].Resources),
                },
            ],
        };

    private List<V1Toleration> Tolerated(V1PodSpec served) => [.. served.Tolerations ?? [], .. Tolerations];
}
