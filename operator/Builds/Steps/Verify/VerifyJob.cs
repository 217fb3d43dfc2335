using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>
/// Renders the Job that runs the candidate itself, by digest: a pull test, and a look from inside. It has no token, no
/// privilege and no writable root, as the served pods: what fails under these fails here first.
/// </summary>
internal static class VerifyJob
{
    public const string Container = "verify";

    /// <summary>Returns where its fields come from, which depends on whether it asks for a GPU.</summary>
    public static SpecFields Fields(BuildTemplate template)
    {
        var place = template.Verification?.Gpu is null ? "spec.build" : "spec.rollout.server";
        var own = new SpecFields(
            ("spec.activeDeadlineSeconds", "spec.verification.pullTest.timeout"),
            ("spec.template.spec.containers[0].resources", "spec.verification.pullTest.resources*"),
            ("spec.template.spec.containers[0].args", "spec.verification.imports"),
            ("spec.template.spec.containers[0].image", "spec.output.repository"),
            ("spec.template.spec.nodeSelector", $"{place}.nodeSelector*"),
            ("spec.template.spec.tolerations", $"{place}.tolerations*"),
            ("spec.template.spec.runtimeClassName", "spec.rollout.server.runtimeClassName"),
            ("spec.template.spec.priorityClassName", "spec.build.priorityClassName"),
            ("spec.template.spec.imagePullSecrets", "spec.output.credentials")
        );
        return own.And(BuildPods.Fields);
    }

    /// <param name="build">The build.</param>
    /// <param name="attempt">From 1.</param>
    public static string Name(GemmaBuild build, int attempt) =>
        ObjectName.With(
            build.Metadata.Name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{ImagePlatform.Suffix(BuildObject.Spec(build).Template)}-v{attempt}"
            )
        );

    /// <param name="build">A build whose candidate is in the registry.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="verification">What it must prove.</param>
    /// <param name="attempt">From 1.</param>
    public static V1Job For(GemmaBuild build, ImageStatus candidate, VerificationTemplate verification, int attempt) =>
        BuildPods.Complete(
            new V1Job
            {
                ApiVersion = "batch/v1",
                Kind = "Job",
                Metadata = BuildObject.Metadata(build, Name(build, attempt)),
                Spec = new V1JobSpec
                {
                    // Trying again is the operator's: it knows which failures can pass.
                    BackoffLimit = 0,
                    ActiveDeadlineSeconds = (long)verification.PullTest.Timeout.Span.TotalSeconds,
                    Template = new V1PodTemplateSpec
                    {
                        Metadata = new V1ObjectMeta { Labels = BuildObject.Labels(build) },
                        Spec = Pod(build, candidate, verification),
                    },
                },
            },
            BuildObject.Spec(build).Template
        );

    private static V1PodSpec Pod(GemmaBuild build, ImageStatus candidate, VerificationTemplate verification)
    {
        var template = BuildObject.Spec(build).Template;
        var gpu = verification.Gpu;
        var tolerations = gpu?.Tolerations ?? template.Build.Tolerations;
        return new V1PodSpec
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            PriorityClassName = template.Build.PriorityClassName is { Length: > 0 } priority ? priority : null,
            RuntimeClassName = gpu?.RuntimeClassName is { Length: > 0 } runtime ? runtime : null,
            NodeSelector = ImagePlatform.Selector(template.Platform, gpu?.NodeSelector ?? template.Build.NodeSelector),
            Tolerations = tolerations.Count > 0 ? [.. tolerations] : null,
            ImagePullSecrets = template.PushSecretName is { } secret
                ? [new V1LocalObjectReference { Name = secret }]
                : null,
            // The image's own user, whoever that is: naming one here would hide what the image says.
            SecurityContext = Confinement.Pod(mayBeRoot: verification.NonRoot != NonRootPolicy.Enforce),
            Containers = [Check(candidate, verification, gpu)],
            Volumes =
            [
                new V1Volume
                {
                    Name = "tmp",
                    EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new ResourceQuantity("2Gi") },
                },
            ],
        };
    }

    private static V1Container Check(ImageStatus candidate, VerificationTemplate verification, GpuPlacement? gpu) =>
        new()
        {
            Name = Container,
            Image = candidate.Reference,
            Command = ["python3", "-c"],
            Args = [VerifyProgram.Text, PodText.Literal(VerifyProgram.Argument(candidate, verification))],
            WorkingDir = "/tmp",
            Env =
            [
                // Libraries write caches below HOME as soon as they are imported.
                new V1EnvVar { Name = "HOME", Value = "/tmp" },
                new V1EnvVar { Name = "PYTHONDONTWRITEBYTECODE", Value = "1" },
            ],
            Resources = Resources(verification, gpu),
            TerminationMessagePath = TerminationLog.Path,
            TerminationMessagePolicy = "FallbackToLogsOnError",
            SecurityContext = Confinement.Container(),
            VolumeMounts = [new V1VolumeMount { Name = "tmp", MountPath = "/tmp" }],
        };

    /// <summary>Importing PyTorch takes 1Gi to 3Gi; a quota on limits takes no pod without them.</summary>
    private static V1ResourceRequirements Resources(VerificationTemplate verification, GpuPlacement? gpu)
    {
        var resources = PodResources.Complete(
            verification.PullTest.Resources,
            ("cpu", "100m", "2"),
            ("memory", "1Gi", "8Gi")
        );
        if (gpu is not null)
        {
            resources.Limits[gpu.ResourceName] = new ResourceQuantity("1");
        }

        return resources;
    }
}
