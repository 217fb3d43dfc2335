using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>
/// Renders the Job that looks for known vulnerabilities in a list of packages. It holds no credential and pulls no
/// image but the scanner's and the operator's own:
/// <code>
///   packages (init) ◄─ ConfigMap ─► /report/packages.cdx.json
///   scan   ─► /report/scan.json
///   report ◄─ /report/scan.json ─► termination message
/// </code>
/// </summary>
internal static class SbomScanJob
{
    /// <summary>Is, with <c>gemma-</c> before it, its pods' <c>app.kubernetes.io/name</c>.</summary>
    public const string Role = "sbom-scan";

    /// <summary>Bounds one attempt: a scanner may have to fetch its database first.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    /// <summary>Says how long a finished Job stays to be looked at.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private const string SbomDirectory = "/sbom";

    /// <summary>Is no user of the images'.</summary>
    private const long Nobody = 65532;

    /// <summary>
    /// Returns its name, which is the same for the same list, way to scan and number: made twice, it exists once.
    /// </summary>
    public static string NameOf(GemmaBaseImage image, ScanTarget target, string settings, int run)
    {
        var key = new Fingerprint()
            .With("image", target.Digest)
            .With("platform", target.Platform?.Text)
            .With("sbom", target.Build.Status?.Contents?.Sbom?.Digest)
            .With("settings", settings)
            .Hex(10);
        return ObjectName.With(
            image.Metadata.Name,
            string.Create(CultureInfo.InvariantCulture, $"-sbom-scan-{key}-{run}")
        );
    }

    /// <summary>Renders the Job.</summary>
    /// <param name="s">All facts.</param>
    /// <param name="name">Its name.</param>
    /// <param name="map">The ConfigMap with the list.</param>
    /// <param name="document">Digest of the list.</param>
    /// <param name="operatorImage">The operator's own image.</param>
    public static V1Job Render(ImageSnapshot s, string name, string map, ImageDigest document, string operatorImage)
    {
        var image = s.Image;
        var template = ((BuildRequest.Known)s.Inputs).Template;
        var secret = template.PushSecretName;
        var metadata = WorkloadMetadata.For(image);
        metadata.Name = name;
        metadata.Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [WorkloadMetadata.NameLabel] = SideJob.RoleLabel(Role),
            // So that its pod's end wakes the GemmaBaseImage.
            [ApiGroup.ImageLabel] = image.Metadata.Name,
            [ApiGroup.ManagedByLabel] = ApiGroup.ManagedByValue,
        };
        var job = new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = metadata,
            Spec = new V1JobSpec
            {
                BackoffLimit = 0,
                ActiveDeadlineSeconds = (long)Deadline.TotalSeconds,
                TtlSecondsAfterFinished = (int)Kept.TotalSeconds,
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta
                    {
                        Labels = new Dictionary<string, string>(metadata.Labels, StringComparer.Ordinal),
                    },
                    Spec = ScannerPod.Complete(
                        Pod(s.Spec, secret, map, document, operatorImage, s.Now),
                        s.Spec.Verification.Scan,
                        operatorImage
                    ),
                },
            },
        };
        return BuildPods.Complete(job, template);
    }

    private static V1PodSpec Pod(
        GemmaBaseImageSpec spec,
        string? secret,
        string map,
        ImageDigest document,
        string operatorImage,
        DateTime now
    )
    {
        var (scan, build) = (spec.Verification.Scan, spec.Build);
        return new V1PodSpec
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            PriorityClassName = build.PriorityClassName is { Length: > 0 } priority ? priority : null,
            NodeSelector = ImagePlatform.Selector(spec.Platforms[0], build.NodeSelector),
            Tolerations = build.Tolerations.Count > 0 ? [.. build.Tolerations] : null,
            // For the kubelet, which pulls the scanner; nothing in the pod sees it.
            ImagePullSecrets = secret is not null ? [new V1LocalObjectReference { Name = secret }] : null,
            SecurityContext = Confinement.Pod(Nobody, Nobody, Nobody),
            InitContainers = [Unpack(document, operatorImage)],
            Containers = [Scan(scan), Report(scan, spec.Triggers.Vulnerabilities!, operatorImage, now)],
            Volumes =
            [
                new V1Volume
                {
                    Name = "sbom",
                    ConfigMap = new V1ConfigMapVolumeSource { Name = map },
                },
                Scratch("report", "1Gi"),
                Scratch("scratch", build.ScratchSizeLimit),
            ],
        };
    }

    private static V1Container Unpack(ImageDigest document, string operatorImage) =>
        ScannerContainer.Confined(
            new V1Container
            {
                Name = ScanJob.Lister,
                Image = operatorImage,
                Args =
                [
                    "unpack",
                    $"--file={SbomDirectory}/{SbomConfigMap.Key}",
                    $"--digest={document}",
                    $"--output={ScannerContainer.PackagesFile}",
                ],
                Env = [ScannerContainer.NoDebugger],
                Resources = PodResources.Complete(null, ("cpu", "10m", "1"), ("memory", "64Mi", "512Mi")),
                VolumeMounts =
                [
                    Mount("sbom", SbomDirectory, isReadOnly: true),
                    Mount("report", ScannerContainer.ReportDirectory),
                ],
            }
        );

    private static V1Container Scan(ScanSpec scan) =>
        ScannerContainer.Confined(
            new V1Container
            {
                Name = ScanJob.Scanner,
                Image = scan.Image,
                Args = [.. ScannerContainer.SbomArguments(scan.Scanner.Value, ScannerContainer.PackagesFile, Deadline)],
                WorkingDir = ScannerContainer.ScratchDirectory,
                Env =
                [
                    new V1EnvVar { Name = "HOME", Value = ScannerContainer.ScratchDirectory },
                    new V1EnvVar { Name = "TMPDIR", Value = ScannerContainer.ScratchDirectory },
                    .. ScannerContainer
                        .Settings(scan.Scanner.Value, isInsecure: false)
                        .Select(v => new V1EnvVar { Name = v.Name, Value = v.Value }),
                ],
                Resources = PodResources.Complete(scan.Resources, ("cpu", "500m", "4"), ("memory", "2Gi", "8Gi")),
                VolumeMounts =
                [
                    Mount("report", ScannerContainer.ReportDirectory),
                    Mount("scratch", ScannerContainer.ScratchDirectory),
                ],
            }
        );

    private static V1Container Report(
        ScanSpec scan,
        VulnerabilityTrigger trigger,
        string operatorImage,
        DateTime now
    ) =>
        ScannerContainer.Confined(
            new V1Container
            {
                Name = ScanJob.Reporter,
                Image = operatorImage,
                Args =
                [
                    "report",
                    $"--scanner={scan.Scanner}",
                    $"--file={ScannerContainer.ReportFile}",
                    $"--wait={(int)Deadline.TotalSeconds}",
                    $"--most={ScannedImage.MostFindings}",
                    $"--database={ScannerContainer.TrivyDatabase}",
                    .. trigger.FixableOnly ? ["--ignore-unfixed"] : Array.Empty<string>(),
                    .. scan.Ignore.Where(i => i.Expires is null || i.Expires > now).Select(i => $"--ignore={i.Id}"),
                ],
                Env = [ScannerContainer.NoDebugger],
                Resources = PodResources.Complete(null, ("cpu", "10m", "1"), ("memory", "64Mi", "1Gi")),
                VolumeMounts =
                [
                    Mount("report", ScannerContainer.ReportDirectory, isReadOnly: true),
                    Mount("scratch", ScannerContainer.ScratchDirectory, isReadOnly: true),
                ],
            }
        );

    private static V1VolumeMount Mount(string name, string path, bool isReadOnly = false) =>
        new()
        {
            Name = name,
            MountPath = path,
            ReadOnlyProperty = isReadOnly ? true : null,
        };

    private static V1Volume Scratch(string name, string limit) =>
        new()
        {
            Name = name,
            EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new ResourceQuantity(limit) },
        };
}
