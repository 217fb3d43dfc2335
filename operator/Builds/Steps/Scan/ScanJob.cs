using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Registry.Access;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Renders the Job that looks for known vulnerabilities in a candidate. The scanner reads it from the registry and
/// writes its report into a volume; beside it the operator's own image waits for that file and reduces it
/// to a termination message:
/// <code>
///   packages (init, OSV-Scanner only: it can't read registries) ─► /report/packages.cdx.json
///   scan   ─► /report/scan.json
///   report ◄─ /report/scan.json ─► termination message
/// </code>
/// </summary>
internal static class ScanJob
{
    public const string Scanner = "scan";
    public const string Reporter = "report";
    public const string Lister = "packages";

    /// <summary>
    /// Bounds the time of all of it; a scanner reads the image once and may have to fetch its database first.
    /// </summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromHours(1);

    private const string ConfigDirectory = "/docker";

    /// <summary>Is no user of the images': nobody in particular, as in distroless images.</summary>
    private const long Nobody = 65532;

    /// <summary>Lets a group read the credentials' file.</summary>
    private const int GroupRead = 288;

    private static readonly string PackagesProgram = PythonProgram.Read("packages.py");

    /// <summary>Gets where its fields come from.</summary>
    public static readonly SpecFields Fields = new SpecFields(
        ("spec.template.spec.containers[0].resources", "spec.verification.scan.resources*"),
        ("spec.template.spec.containers[0].image", "spec.verification.scan.image"),
        ("spec.template.spec.nodeSelector", "spec.build.nodeSelector*"),
        ("spec.template.spec.tolerations", "spec.build.tolerations*"),
        ("spec.template.spec.priorityClassName", "spec.build.priorityClassName"),
        ("spec.template.spec.serviceAccountName", "spec.build.serviceAccountName"),
        ("spec.template.spec.volumes[1].emptyDir", "spec.build.scratchSizeLimit"),
        ("spec.template.spec.volumes[2]", "spec.output.credentials")
    ).And(BuildPods.Fields);

    /// <param name="build">The build.</param>
    /// <param name="attempt">From 1.</param>
    public static string Name(GemmaBuild build, int attempt) =>
        ObjectName.With(
            build.Metadata.Name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{ImagePlatform.Suffix(BuildObject.Spec(build).Template)}-s{attempt}"
            )
        );

    /// <param name="build">A build whose candidate is in the registry.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="scan">What is asked for.</param>
    /// <param name="operatorImage">The operator's own image.</param>
    /// <param name="isInsecure">The candidate's registry is spoken to over plain HTTP.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="now">Exceptions that have expired by then don't count (UTC).</param>
    public static V1Job For(
        GemmaBuild build,
        ImageStatus candidate,
        ScanSpec scan,
        string operatorImage,
        bool isInsecure,
        int attempt,
        DateTime now
    ) =>
        BuildPods.Complete(
            new V1Job
            {
                ApiVersion = "batch/v1",
                Kind = "Job",
                Metadata = BuildObject.Metadata(build, Name(build, attempt)),
                Spec = new V1JobSpec
                {
                    BackoffLimit = 0,
                    ActiveDeadlineSeconds = (long)Deadline.TotalSeconds,
                    Template = new V1PodTemplateSpec
                    {
                        Metadata = new V1ObjectMeta { Labels = BuildObject.Labels(build) },
                        Spec = ScannerPod.Complete(
                            Pod(build, candidate, scan, operatorImage, isInsecure, now),
                            scan,
                            operatorImage
                        ),
                    },
                },
            },
            BuildObject.Spec(build).Template
        );

    private static V1PodSpec Pod(
        GemmaBuild build,
        ImageStatus candidate,
        ScanSpec scan,
        string operatorImage,
        bool isInsecure,
        DateTime now
    )
    {
        var template = BuildObject.Spec(build).Template;
        var secret = template.PushSecretName;
        return new V1PodSpec
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            ServiceAccountName = template.Build.ServiceAccountName is { Length: > 0 } account ? account : null,
            PriorityClassName = template.Build.PriorityClassName is { Length: > 0 } priority ? priority : null,
            NodeSelector = ImagePlatform.Selector(template.Platform, template.Build.NodeSelector),
            Tolerations = template.Build.Tolerations.Count > 0 ? [.. template.Build.Tolerations] : null,
            ImagePullSecrets = secret is null ? null : [new V1LocalObjectReference { Name = secret }],
            SecurityContext = Confinement.Pod(Nobody, Nobody, Nobody),
            InitContainers = scan.Scanner == ScannerKind.OSVScanner ? [ListPackages(candidate)] : null,
            Containers = [Scan(candidate, scan, isInsecure, secret is not null), Report(scan, operatorImage, now)],
            Volumes =
            [
                new V1Volume
                {
                    Name = "report",
                    EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new ResourceQuantity("1Gi") },
                },
                new V1Volume
                {
                    Name = "scratch",
                    EmptyDir = new V1EmptyDirVolumeSource
                    {
                        SizeLimit = new ResourceQuantity(template.Build.ScratchSizeLimit),
                    },
                },
                .. secret is null ? Array.Empty<V1Volume>() : [Credentials(secret)],
            ],
        };
    }

    private static V1Container ListPackages(ImageStatus candidate) =>
        ScannerContainer.Confined(
            new V1Container
            {
                Name = Lister,
                Image = candidate.Reference,
                Command = ["python3", "-c"],
                Args = [PackagesProgram, ScannerContainer.PackagesFile],
                Resources = PodResources.Complete(null, ("cpu", "100m", "1"), ("memory", "256Mi", "1Gi")),
                VolumeMounts = [new V1VolumeMount { Name = "report", MountPath = ScannerContainer.ReportDirectory }],
            }
        );

    private static V1Container Scan(ImageStatus candidate, ScanSpec scan, bool isInsecure, bool hasCredentials) =>
        ScannerContainer.Confined(
            new V1Container
            {
                Name = Scanner,
                Image = scan.Image,
                Args = [.. ScannerContainer.Arguments(scan.Scanner.Value, candidate.Reference)],
                WorkingDir = ScannerContainer.ScratchDirectory,
                Env =
                [
                    new V1EnvVar { Name = "HOME", Value = ScannerContainer.ScratchDirectory },
                    new V1EnvVar { Name = "TMPDIR", Value = ScannerContainer.ScratchDirectory },
                    .. hasCredentials
                        ? [new V1EnvVar { Name = "DOCKER_CONFIG", Value = ConfigDirectory }]
                        : Array.Empty<V1EnvVar>(),
                    .. ScannerContainer
                        .Settings(scan.Scanner.Value, isInsecure)
                        .Select(s => new V1EnvVar { Name = s.Name, Value = s.Value }),
                ],
                // A scanner holds its database and an image's packages in memory.
                Resources = PodResources.Complete(scan.Resources, ("cpu", "500m", "4"), ("memory", "2Gi", "8Gi")),
                VolumeMounts =
                [
                    new V1VolumeMount { Name = "report", MountPath = ScannerContainer.ReportDirectory },
                    new V1VolumeMount { Name = "scratch", MountPath = ScannerContainer.ScratchDirectory },
                    .. hasCredentials
                        ?
                        [
                            new V1VolumeMount
                            {
                                Name = "docker-config",
                                MountPath = ConfigDirectory,
                                ReadOnlyProperty = true,
                            },
                        ]
                        : Array.Empty<V1VolumeMount>(),
                ],
            }
        );

    private static V1Container Report(ScanSpec scan, string operatorImage, DateTime now) =>
        ScannerContainer.Confined(
            new V1Container
            {
                Name = Reporter,
                Image = operatorImage,
                Args =
                [
                    "report",
                    $"--scanner={scan.Scanner}",
                    $"--file={ScannerContainer.ReportFile}",
                    $"--wait={(int)Deadline.TotalSeconds}",
                    .. scan.IgnoreUnfixed ? ["--ignore-unfixed"] : Array.Empty<string>(),
                    .. scan.Ignore.Where(i => i.Expires is null || i.Expires > now).Select(i => $"--ignore={i.Id}"),
                ],
                Env = [ScannerContainer.NoDebugger],
                Resources = PodResources.Complete(null, ("cpu", "10m", "1"), ("memory", "64Mi", "1Gi")),
                VolumeMounts =
                [
                    new V1VolumeMount
                    {
                        Name = "report",
                        MountPath = ScannerContainer.ReportDirectory,
                        ReadOnlyProperty = true,
                    },
                ],
            }
        );

    private static V1Volume Credentials(string secret) =>
        new()
        {
            Name = "docker-config",
            Secret = new V1SecretVolumeSource
            {
                SecretName = secret,
                DefaultMode = GroupRead,
                Items = [new V1KeyToPath { Key = DockerConfigSecret.Key, Path = "config.json" }],
            },
        };
}
