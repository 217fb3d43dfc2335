using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Staging;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Renders the pod of a build whose executor, and with it the code of packages, has no credential and writes to no
/// registry (docs/decisions/0009). One container follows the other:
/// <code>
///   stage    (init, sidecar) credentials ─ registry on the pod's loopback: base and cache are read through it,
///            │                             what is written goes to /staging, which the executor doesn't mount
///   kaniko   (init)          builds from 127.0.0.1/base, pushes to 127.0.0.1/output and 127.0.0.1/cache
///            │               ended well, and all its processes with it
///   publish                  credentials ─ pushes /staging to the registry, leaves the digest
/// </code>
/// </summary>
internal static class IsolatedPod
{
    public const string Stager = "stage";
    public const string Publisher = "publish";

    private const string StagingDirectory = "/staging";

    /// <summary>Is no user of the executor's, nor of an image that is built.</summary>
    private const long Nobody = 65532;

    /// <summary>Gets where its fields come from.</summary>
    public static readonly SpecFields Fields = new(
        ("spec.activeDeadlineSeconds", "spec.build.timeout"),
        ("spec.template.spec.initContainers[1].resources", "spec.build.resources*"),
        ("spec.template.spec.initContainers[1].image", "spec.build.executorImage"),
        ("spec.template.spec.initContainers[1].args", "spec.build.extraArgs"),
        ("spec.template.spec.nodeSelector", "spec.build.nodeSelector*"),
        ("spec.template.spec.tolerations", "spec.build.tolerations*"),
        ("spec.template.spec.priorityClassName", "spec.build.priorityClassName"),
        ("spec.template.spec.serviceAccountName", "spec.build.serviceAccountName"),
        ("spec.template.spec.volumes[1].emptyDir", "spec.build.scratchSizeLimit"),
        ("spec.template.spec.volumes[2].emptyDir", "spec.build.scratchSizeLimit"),
        ("spec.template.spec.volumes[3]", "spec.output.credentials"),
        // The ConfigMap of its context.
        ("data", "spec.requirements")
    );

    /// <exception cref="ArgumentException">The spec holds what validation would have refused.</exception>
    public static V1PodSpec For(GemmaBuild build, BuildOptions options, ImageTag? tag)
    {
        var spec = BuildObject.Spec(build);
        var template = spec.Template;
        var limit = template.Build.ScratchSizeLimit;
        string[] access = [.. Access(spec, options, tag)];
        var credentials = Credentials(template);
        return new V1PodSpec
        {
            RestartPolicy = "Never",
            ServiceAccountName = template.Build.ServiceAccountName is { Length: > 0 } account ? account : null,
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            HostUsers = options.UserNamespaces ? false : null,
            PriorityClassName = template.Build.PriorityClassName is { Length: > 0 } priority ? priority : null,
            // RUN steps are executed, so the node must have the image's platform.
            NodeSelector = ImagePlatform.Selector(template.Platform, template.Build.NodeSelector),
            Tolerations = template.Build.Tolerations.Count > 0 ? [.. template.Build.Tolerations] : null,
            SecurityContext = Confinement.Pod(user: 0, mayBeRoot: true),
            InitContainers =
            [
                Staging(options, access, credentials),
                KanikoJob.Executor(spec, KanikoFlags.For(build, options, tag), secret: null),
            ],
            Containers = [Publish(template, options, access, credentials)],
            Volumes =
            [
                KanikoJob.Context(build),
                KanikoJob.Disk("scratch", limit),
                KanikoJob.Disk("staging", limit),
                .. credentials.Select(c => c.Volume),
            ],
        };
    }

    private static V1Container Staging(
        BuildOptions options,
        string[] access,
        IReadOnlyList<(V1Volume Volume, V1VolumeMount Mount)> credentials
    )
    {
        var container = Own(Stager, options, ["stage", .. access], credentials);
        container.RestartPolicy = "Always";
        container.StartupProbe = new V1Probe
        {
            HttpGet = new V1HTTPGetAction { Path = "/", Port = StagingNames.ProbePort },
            PeriodSeconds = 1,
            FailureThreshold = 120,
        };
        return container;
    }

    private static V1Container Publish(
        BuildTemplate template,
        BuildOptions options,
        string[] access,
        IReadOnlyList<(V1Volume Volume, V1VolumeMount Mount)> credentials
    )
    {
        var isCacheWritten = template.Build.Cache.Mode == CacheMode.Registry && LayerCache.IsWritten(template);
        return Own(
            Publisher,
            options,
            ["publish", .. access, .. isCacheWritten ? ["--write-cache"] : Array.Empty<string>()],
            credentials
        );
    }

    /// <summary>Renders a container of the operator's own image, which holds credentials.</summary>
    private static V1Container Own(
        string name,
        BuildOptions options,
        IReadOnlyList<string> args,
        IReadOnlyList<(V1Volume Volume, V1VolumeMount Mount)> credentials
    )
    {
        var context = Confinement.Container();
        (context.RunAsUser, context.RunAsGroup, context.RunAsNonRoot) = (Nobody, Nobody, true);
        return new V1Container
        {
            Name = name,
            Image = options.OperatorImage,
            Args = [.. args],
            // .NET opens a socket for debuggers below /tmp otherwise, and the root can't be written.
            Env = [new V1EnvVar { Name = "DOTNET_EnableDiagnostics", Value = "0" }],
            Resources = PodResources.Complete(null, ("cpu", "50m", "2"), ("memory", "128Mi", "512Mi")),
            TerminationMessagePath = TerminationLog.Path,
            TerminationMessagePolicy = "FallbackToLogsOnError",
            SecurityContext = context,
            VolumeMounts =
            [
                new V1VolumeMount { Name = "staging", MountPath = StagingDirectory },
                .. credentials.Select(c => c.Mount),
            ],
        };
    }

    private static IEnumerable<string> Access(GemmaBuildSpec spec, BuildOptions options, ImageTag? tag)
    {
        var template = spec.Template;
        var output = ImageRepository.Parse(template.Output.Repository);
        yield return $"--staging={StagingDirectory}";
        yield return $"--base={StartingImage.Of(spec)}";
        yield return $"--platform={template.Platform.Text}";
        yield return $"--target={output}:{tag ?? CandidateTag.Of(spec)}";
        if (template.Build.Cache.Mode == CacheMode.Registry)
        {
            yield return $"--cache={LayerCache.Repository(template)}";
        }

        foreach (var (_, mount) in Credentials(template))
        {
            yield return $"--credentials={mount.MountPath}/config.json";
        }

        foreach (var (host, mirror) in options.Mirrors.Locations.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            yield return $"--registry-mirror={host}={mirror}";
        }

        foreach (var host in new SortedSet<string>(options.InsecureHosts, StringComparer.Ordinal))
        {
            yield return $"--insecure-registry={host}";
        }

        if (template.Output.Insecure)
        {
            yield return "--insecure-target";
        }

        foreach (var (registry, realm) in options.TokenRealms)
        {
            yield return $"--token-realm={registry}={realm}";
        }
    }

    /// <summary>Returns the spec's Secrets as volumes; that for pushing is the last and counts where both do.</summary>
    private static IReadOnlyList<(V1Volume Volume, V1VolumeMount Mount)> Credentials(BuildTemplate template) =>
        [
            .. new[] { ("push-config", template.PushSecretName), ("pull-config", template.PullSecretName) }
                .Where(s => s.Item2 is not null)
                .DistinctBy(s => s.Item2, StringComparer.Ordinal)
                .Reverse()
                .Select(s => Credential(s.Item1, s.Item2!)),
        ];

    private static (V1Volume, V1VolumeMount) Credential(string name, string secret) =>
        (
            new V1Volume
            {
                Name = name,
                Secret = new V1SecretVolumeSource
                {
                    SecretName = secret,
                    Items = [new V1KeyToPath { Key = DockerConfigSecret.Key, Path = "config.json" }],
                },
            },
            new V1VolumeMount
            {
                Name = name,
                MountPath = $"/credentials/{name}",
                ReadOnlyProperty = true,
            }
        );
}
