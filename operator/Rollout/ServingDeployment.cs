using System.Globalization;
using System.Text.Json;
using GemmaOperator.Api;
using k8s.Models;

namespace GemmaOperator.Rollout;

/// <summary>
/// The GPU Deployment of the inference server: a function from the spec and an image to the fields that the operator
/// owns. It meets the Pod Security Standard <c>restricted</c>.
/// </summary>
internal static class ServingDeployment
{
    public const string ContainerName = "server";

    private const string HttpPort = "http";

    /// <summary>Period of the startup probe, in seconds; the timeout is a whole number of periods.</summary>
    private const int StartupPeriod = 10;

    /// <summary>The desired Deployment.</summary>
    /// <param name="image">Whose it is.</param>
    /// <param name="reference">Application image, by digest.</param>
    /// <param name="live">As it is now; null when there is none.</param>
    /// <param name="givesWay">Pods that don't answer give way to their successors: a surge would wait for them for ever.</param>
    public static V1Deployment For(GemmaBaseImage image, string reference, V1Deployment? live = null, bool givesWay = false)
    {
        var rollout = image.Spec!.Rollout;
        return AppliedHash.Stamp(new V1Deployment
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = WorkloadMetadata.For(image),
            Spec = new V1DeploymentSpec
            {
                Replicas = IsScaledByOthers(live) ? null : rollout.Server.Replicas,
                RevisionHistoryLimit = 3,
                ProgressDeadlineSeconds = (int)GoDuration.Parse(rollout.ProgressDeadline).TotalSeconds,
                Selector = new V1LabelSelector { MatchLabels = WorkloadMetadata.Selector(image) },
                Strategy = StrategyOf(rollout.Strategy, givesWay),
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = WorkloadMetadata.Labels(image) },
                    Spec = PodOf(image, reference),
                },
            },
        });
    }

    /// <summary>
    /// The number of replicas was set through the scale subresource, by a HorizontalPodAutoscaler or 'kubectl scale': it is
    /// theirs then.
    /// </summary>
    public static bool IsScaledByOthers(V1Deployment? live) =>
        live?.Metadata.ManagedFields?.Any(m => m.Subresource == "scale" && OwnsReplicas(m)) == true;

    private static bool OwnsReplicas(V1ManagedFieldsEntry manager) =>
        manager.FieldsV1 is JsonElement { ValueKind: JsonValueKind.Object } fields
        && fields.TryGetProperty("f:spec", out var spec)
        && spec.TryGetProperty("f:replicas", out _);

    /// <summary>
    /// Without a spare GPU a surge never schedules: InPlace gives up a pod before it starts its successor.
    /// </summary>
    private static V1DeploymentStrategy StrategyOf(string strategy, bool givesWay) => strategy switch
    {
        "Recreate" => new V1DeploymentStrategy { Type = "Recreate" },
        "Surge" when !givesWay => RollingUpdate(maxSurge: 1, maxUnavailable: 0),
        _ => RollingUpdate(maxSurge: 0, maxUnavailable: 1),
    };

    private static V1DeploymentStrategy RollingUpdate(int maxSurge, int maxUnavailable) => new()
    {
        Type = "RollingUpdate",
        RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = maxSurge, MaxUnavailable = maxUnavailable },
    };

    private static V1PodSpec PodOf(GemmaBaseImage image, string reference)
    {
        var (spec, server) = (image.Spec!, image.Spec!.Rollout.Server);
        return new V1PodSpec
        {
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = server.TerminationGracePeriodSeconds,
            RuntimeClassName = NullIfEmpty(server.RuntimeClassName),
            PriorityClassName = NullIfEmpty(server.PriorityClassName),
            NodeSelector = server.NodeSelector.Count == 0 ? null : new Dictionary<string, string>(server.NodeSelector, StringComparer.Ordinal),
            Tolerations = server.Tolerations.Count == 0 ? null : [.. server.Tolerations],
            ImagePullSecrets = PullSecrets(spec),
            SecurityContext = new V1PodSecurityContext
            {
                RunAsNonRoot = true,
                RunAsUser = spec.User.Uid,
                RunAsGroup = spec.User.Gid,
                FsGroup = spec.User.Gid,
                SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
            },
            Containers = [ContainerOf(server, reference)],
            Volumes = [ModelVolume(server.Model), new V1Volume { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource() }],
        };
    }

    private static V1Container ContainerOf(ServerSpec server, string reference) => new()
    {
        Name = ContainerName,
        Image = reference,
        Ports = [new V1ContainerPort { Name = HttpPort, ContainerPort = server.Port, Protocol = "TCP" }],
        Env =
        [
            new V1EnvVar { Name = "MODEL_NAME", Value = server.Model.Name },
            new V1EnvVar { Name = "MODEL_PATH", Value = server.Model.Path },
            new V1EnvVar { Name = "PORT", Value = server.Port.ToString(CultureInfo.InvariantCulture) },
            .. server.Env.Select(e => new V1EnvVar { Name = e.Name, Value = e.Value }),
        ],
        Resources = ServerResources.Of(server),
        // Why a server crashed stands in its log alone; with this its end is in the pod's status.
        TerminationMessagePolicy = "FallbackToLogsOnError",
        SecurityContext = new V1SecurityContext
        {
            AllowPrivilegeEscalation = false,
            ReadOnlyRootFilesystem = true,
            Capabilities = new V1Capabilities { Drop = ["ALL"] },
        },
        StartupProbe = Probe("/startupz", StartupPeriod, failures: StartupFailures(server)),
        ReadinessProbe = Probe("/readyz", periodSeconds: 5, failures: 3),
        LivenessProbe = Probe("/healthz", periodSeconds: 10, failures: 3),
        VolumeMounts =
        [
            new V1VolumeMount
            {
                Name = "models",
                MountPath = server.Model.Path,
                ReadOnlyProperty = server.Model.ExistingClaim.Length > 0 ? true : null,
            },
            new V1VolumeMount { Name = "tmp", MountPath = "/tmp" },
        ],
    };

    private static int StartupFailures(ServerSpec server) =>
        Math.Max(1, (int)Math.Ceiling(GoDuration.Parse(server.StartupTimeout).TotalSeconds / StartupPeriod));

    private static V1Probe Probe(string path, int periodSeconds, int failures) => new()
    {
        HttpGet = new V1HTTPGetAction { Path = path, Port = HttpPort, Scheme = "HTTP" },
        PeriodSeconds = periodSeconds,
        TimeoutSeconds = 3,
        FailureThreshold = failures,
    };

    private static V1Volume ModelVolume(ModelSpec model) => model.ExistingClaim.Length > 0
        ? new V1Volume
        {
            Name = "models",
            PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = model.ExistingClaim, ReadOnlyProperty = true },
        }
        : new V1Volume { Name = "models", EmptyDir = new V1EmptyDirVolumeSource() };

    /// <summary>Credentials for pulling the application image; null without any.</summary>
    public static List<V1LocalObjectReference>? PullSecrets(GemmaBaseImageSpec spec) =>
        spec.Output.Credentials is { Type: "Secret", SecretRef.Name: { Length: > 0 } name }
            ? [new V1LocalObjectReference { Name = name }]
            : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
