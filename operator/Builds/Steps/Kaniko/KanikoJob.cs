using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Renders the Job of one attempt. Its name carries the build and the attempt, so creating it twice is harmless.
/// </summary>
internal static class KanikoJob
{
    public const string Container = "kaniko";

    /// <summary>
    /// Names a directory below the scratch volume, not its root: the executor moves itself there, which fails when it
    /// exists.
    /// By environment and not by --kaniko-dir, which moves the executor but not its layers (cmd/root.go,
    /// config/init.go) and is announced as deprecated.
    /// </summary>
    private const string KanikoDirectory = ScratchDirectory + "/kaniko";

    public const string ScratchDirectory = "/scratch";

    /// <summary>
    /// Outside the executor's directory, because a mounted Secret can't be moved with it. Mount points are left out of
    /// the image, so credentials can't get into a layer.
    /// </summary>
    private const string DockerConfigDirectory = "/docker-config";

    /// <summary>
    /// Says what unpacking an image as root without more privilege takes; the namespace needs Pod Security "baseline".
    /// </summary>
    private static readonly string[] Capabilities =
    [
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "SETFCAP",
        "SETGID",
        "SETUID",
    ];

    /// <summary>
    /// Says what v1.28.3 has switched off for the sake of caches that are there already, and v1.29 will have on:
    /// --reproducible leaves the base's layers as they are, or every build would push all of the base anew; keys of
    /// cached layers can't collide.
    /// </summary>
    private static readonly string[] Features =
    [
        "FF_KANIKO_REPRODUCIBLE_PRESERVE_BASE_LAYERS",
        "FF_KANIKO_ROLLING_CACHE_KEY",
    ];

    /// <summary>Gets where the fields of one that isn't isolated come from.</summary>
    public static readonly SpecFields LegacyFields = new(
        ("spec.activeDeadlineSeconds", "spec.build.timeout"),
        ("spec.template.spec.containers[0].resources", "spec.build.resources*"),
        ("spec.template.spec.containers[0].image", "spec.build.executorImage"),
        ("spec.template.spec.containers[0].args", "spec.build.extraArgs"),
        ("spec.template.spec.nodeSelector", "spec.build.nodeSelector*"),
        ("spec.template.spec.tolerations", "spec.build.tolerations*"),
        ("spec.template.spec.priorityClassName", "spec.build.priorityClassName"),
        ("spec.template.spec.serviceAccountName", "spec.build.serviceAccountName"),
        ("spec.template.spec.volumes[1].emptyDir", "spec.build.scratchSizeLimit"),
        ("spec.template.spec.volumes[2]", "spec.output.credentials"),
        // The ConfigMap of its context.
        ("data", "spec.requirements")
    );

    /// <param name="build">The build.</param>
    /// <param name="attempt">From 1.</param>
    public static string Name(GemmaBuild build, int attempt) =>
        ObjectName.With(
            build.Metadata.Name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{ImagePlatform.Suffix(BuildObject.Spec(build).Template)}-a{attempt}"
            )
        );

    /// <exception cref="ArgumentException">The spec holds what validation would have refused.</exception>
    public static V1Job For(
        GemmaBuild build,
        int attempt,
        BuildOptions options,
        bool hasOwnCredentials = false,
        ImageTag? tag = null
    )
    {
        var spec = BuildObject.Spec(build);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var metadata = BuildObject.Metadata(build, Name(build, attempt));
        if (tag is not null)
        {
            metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [ApiGroup.CandidateTagAnnotation] = tag.ToString(),
            };
        }

        var job = new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = metadata,
            Spec = new V1JobSpec
            {
                // Retrying is the operator's: it knows which failures can pass.
                BackoffLimit = 0,
                ActiveDeadlineSeconds = (long)spec.Template.Build.Timeout.Span.TotalSeconds,
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta
                    {
                        Labels = BuildPodLabels.Of(build),
                        Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            // A build that is moved starts from the beginning.
                            ["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false",
                        },
                    },
                    Spec = spec.Template.IsIsolated
                        ? IsolatedPod.For(build, options, tag)
                        : Pod(build, spec, options, hasOwnCredentials, tag),
                },
            },
        };
        if (spec.Template.IndexCredentialsRef is { } netrc)
        {
            var pod = job.Spec.Template.Spec;
            var executor = (pod.InitContainers ?? []).Concat(pod.Containers).Single(c => c.Name == Container);
            BuildPods.MountIndexCredentials(pod, executor, netrc);
        }

        return BuildPods.Complete(job, spec.Template);
    }

    /// <summary>Decides whether a Job is one of these.</summary>
    public static bool Is(V1Job job) =>
        IsIsolated(job) || job.Spec?.Template?.Spec?.Containers?.Any(c => c.Name == Container) == true;

    /// <summary>
    /// Decides whether a Job is one whose executor has no credentials, as it stands in the cluster: one that an older
    /// release made is followed to its end as it is.
    /// </summary>
    public static bool IsIsolated(V1Job job) =>
        job.Spec?.Template?.Spec?.InitContainers?.Any(c => c.Name == Container) == true;

    /// <summary>Names the container that pushes, with whose end the Job's work is done.</summary>
    public static string Pusher(V1Job job) => IsIsolated(job) ? IsolatedPod.Publisher : Container;

    /// <summary>Gets where the fields of a build's Job come from.</summary>
    public static SpecFields Fields(BuildTemplate template) =>
        (template.IsIsolated ? IsolatedPod.Fields : LegacyFields).And(BuildPods.Fields);

    /// <summary>Reads the tag that a Job pushes; null where it is the build's own.</summary>
    public static ImageTag? TagOf(V1Job job) =>
        job.Metadata.Annotations is { } annotations
        && annotations.TryGetValue(ApiGroup.CandidateTagAnnotation, out var text)
        && ImageTag.TryParse(text, out var tag, out _)
            ? tag
            : null;

    private static V1PodSpec Pod(
        GemmaBuild build,
        GemmaBuildSpec spec,
        BuildOptions options,
        bool hasOwnCredentials,
        ImageTag? tag
    )
    {
        var template = spec.Template;
        var secret = BuildCredentials.Mounted(build, hasOwnCredentials);
        var account = template.Build.ServiceAccountName;
        return new V1PodSpec
        {
            RestartPolicy = "Never",
            ServiceAccountName = account.Length > 0 ? account : null,
            AutomountServiceAccountToken =
                account.Length > 0 || template.Output.Credentials.Type == CredentialsType.WorkloadIdentity,
            EnableServiceLinks = false,
            HostUsers = options.UserNamespaces ? false : null,
            PriorityClassName = template.Build.PriorityClassName is { Length: > 0 } priority ? priority : null,
            // RUN steps are executed, so the node must have the image's platform.
            NodeSelector = ImagePlatform.Selector(template.Platform, template.Build.NodeSelector),
            Tolerations = template.Build.Tolerations.Count > 0 ? [.. template.Build.Tolerations] : null,
            SecurityContext = Confinement.Pod(user: 0, mayBeRoot: true),
            Containers = [Executor(spec, KanikoFlags.For(build, options, tag), secret)],
            Volumes = [Context(build), Disk("scratch", template.Build.ScratchSizeLimit), .. Credentials(secret)],
        };
    }

    public static V1Volume Context(GemmaBuild build) =>
        new()
        {
            Name = "context",
            ConfigMap = new V1ConfigMapVolumeSource { Name = BuildContext.Name(build) },
        };

    public static V1Volume Disk(string name, string limit) =>
        new()
        {
            Name = name,
            EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new ResourceQuantity(limit) },
        };

    /// <summary>Renders the container that runs the code of packages and Dockerfiles.</summary>
    /// <param name="spec">The build.</param>
    /// <param name="flags">Its arguments.</param>
    /// <param name="secret">The Secret of its credentials; null without any.</param>
    public static V1Container Executor(GemmaBuildSpec spec, IReadOnlyList<string> flags, string? secret) =>
        new()
        {
            Name = Container,
            Image = spec.Template.Build.ExecutorImage ?? BuildSpec.DefaultExecutorImage,
            Args = [.. flags],
            Env =
            [
                new V1EnvVar { Name = "KANIKO_DIR", Value = KanikoDirectory },
                .. Features.Select(name => new V1EnvVar { Name = name, Value = "true" }),
                .. secret is null
                    ? Array.Empty<V1EnvVar>()
                    : [new V1EnvVar { Name = "DOCKER_CONFIG", Value = DockerConfigDirectory }],
            ],
            Resources = spec.Template.Build.Resources,
            // The digest after a success. After a failure the file may hold one, too, of a layer that went to the
            // cache; where it is empty the kubelet takes the log's end.
            TerminationMessagePath = TerminationLog.Path,
            TerminationMessagePolicy = "FallbackToLogsOnError",
            SecurityContext = new V1SecurityContext
            {
                AllowPrivilegeEscalation = false,
                Capabilities = new V1Capabilities { Drop = ["ALL"], Add = [.. Capabilities] },
            },
            VolumeMounts =
            [
                // One file each: a ConfigMap mounted as a directory holds links, which COPY
                // would take over as they are.
                File(BuildContext.DockerfileKey),
                File(BuildContext.RequirementsKey),
                new V1VolumeMount { Name = "scratch", MountPath = ScratchDirectory },
                .. secret is null
                    ? Array.Empty<V1VolumeMount>()
                    :
                    [
                        new V1VolumeMount
                        {
                            Name = "docker-config",
                            MountPath = DockerConfigDirectory,
                            ReadOnlyProperty = true,
                        },
                    ],
            ],
        };

    private static V1VolumeMount File(string key) =>
        new()
        {
            Name = "context",
            MountPath = $"{KanikoFlags.ContextDirectory}/{key}",
            SubPath = key,
            ReadOnlyProperty = true,
        };

    private static V1Volume[] Credentials(string? secret) =>
        secret is null
            ? []
            :
            [
                new V1Volume
                {
                    Name = "docker-config",
                    Secret = new V1SecretVolumeSource
                    {
                        SecretName = secret,
                        Items = [new V1KeyToPath { Key = DockerConfigSecret.Key, Path = "config.json" }],
                    },
                },
            ];
}
