using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>
/// Renders the Job that asks a published base image, by digest, which packages a build would bring. It goes where
/// builds go and wears their label, so that what network policies let builds reach is what it reaches; it has no token,
/// no privilege, no credential beyond that of the pull, and no writable root.
/// </summary>
internal static class ProbeJob
{
    /// <summary>
    /// Names its container and, with <c>gemma-</c> before it, its pods' <c>app.kubernetes.io/name</c>.
    /// </summary>
    public const string Role = "probe";

    /// <summary>Names the one folder that it may write to.</summary>
    public const string ScratchDirectory = "/tmp";

    /// <summary>Bounds it as a whole, from its creation on.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    /// <summary>Says how long it stays after its end, to be looked at.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Gets where its fields come from.</summary>
    public static readonly SpecFields Fields = new SpecFields(
        ("spec.template.spec.nodeSelector", "spec.build.nodeSelector*"),
        ("spec.template.spec.tolerations", "spec.build.tolerations*"),
        ("spec.template.spec.priorityClassName", "spec.build.priorityClassName"),
        ("spec.template.spec.imagePullSecrets", "spec.output.credentials")
    ).And(BuildPods.Fields);

    /// <param name="image">The object.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="number">Number of the question.</param>
    public static V1Job Render(GemmaBaseImage image, ProbeQuestion question, long number)
    {
        var metadata = WorkloadMetadata.For(image);
        metadata.Name = question.JobName(image, number);
        metadata.Labels = Labels(image);
        var job = new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = metadata,
            Spec = new V1JobSpec
            {
                // An answer that doesn't come is a reason to build, not to ask again.
                BackoffLimit = 0,
                ActiveDeadlineSeconds = (long)Deadline.TotalSeconds,
                TtlSecondsAfterFinished = (int)Kept.TotalSeconds,
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = Labels(image) },
                    Spec = Pod(question),
                },
            },
        };
        return BuildPods.Complete(job, question.Template);
    }

    /// <summary>Decides whether a Job is one of these, of whatever object.</summary>
    public static bool Is(V1Job job) =>
        job.Metadata.Labels is { } labels
        && labels.TryGetValue(WorkloadMetadata.NameLabel, out var name)
        && name == SideJob.RoleLabel(Role);

    private static Dictionary<string, string> Labels(GemmaBaseImage image) =>
        new(StringComparer.Ordinal)
        {
            [WorkloadMetadata.NameLabel] = SideJob.RoleLabel(Role),
            [ApiGroup.ImageLabel] = image.Metadata.Name,
            [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
            [ApiGroup.StepLabel] = ApiGroup.BuildStep,
        };

    private static V1PodSpec Pod(ProbeQuestion question)
    {
        var template = question.Template;
        var build = template.Build;
        return new V1PodSpec
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = 0,
            PriorityClassName = build.PriorityClassName is { Length: > 0 } priority ? priority : null,
            NodeSelector = ImagePlatform.Selector(template.Platform, build.NodeSelector),
            Tolerations = build.Tolerations.Count > 0 ? [.. build.Tolerations] : null,
            ImagePullSecrets = template.PushSecretName is { } secret
                ? [new V1LocalObjectReference { Name = secret }]
                : null,
            // The image's own user, as its verification has it.
            SecurityContext = Confinement.Pod(mayBeRoot: template.Verification?.NonRoot != NonRootPolicy.Enforce),
            Containers =
            [
                new V1Container
                {
                    Name = Role,
                    Image = question.Subject.Image.Reference,
                    Command = ["python3", "-c"],
                    Args = [PodText.Literal(ProbeQuestion.Program), PodText.Literal(question.Argument)],
                    WorkingDir = ScratchDirectory,
                    Env =
                    [
                        new V1EnvVar { Name = "HOME", Value = ScratchDirectory },
                        new V1EnvVar { Name = "PYTHONDONTWRITEBYTECODE", Value = "1" },
                    ],
                    // Wheels are fetched where an index doesn't tell what is in them.
                    Resources = PodResources.Complete(null, ("cpu", "100m", "1"), ("memory", "256Mi", "2Gi")),
                    TerminationMessagePath = TerminationLog.Path,
                    TerminationMessagePolicy = "FallbackToLogsOnError",
                    SecurityContext = Confinement.Container(),
                    VolumeMounts = [new V1VolumeMount { Name = "tmp", MountPath = ScratchDirectory }],
                },
            ],
            Volumes =
            [
                new V1Volume
                {
                    Name = "tmp",
                    EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new ResourceQuantity("8Gi") },
                },
            ],
        };
    }
}
