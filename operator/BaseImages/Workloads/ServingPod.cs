using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Renders the pod of the inference server. It meets the Pod Security Standard <c>restricted</c>.</summary>
internal static class ServingPod
{
    public const string ModelNameVariable = "MODEL_NAME";

    private const string DeviceVariable = "DEVICE";

    private const string HttpPort = "http";

    /// <summary>Period of the startup probe, in seconds; the timeout is a whole number of periods.</summary>
    private const int StartupPeriod = 10;

    /// <summary>Returns the pod, but for its image.</summary>
    public static V1PodSpec For(GemmaBaseImageSpec spec)
    {
        var server = spec.Rollout.Server;
        return new V1PodSpec
        {
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = server.TerminationGracePeriodSeconds,
            RuntimeClassName = NullIfEmpty(server.RuntimeClassName),
            PriorityClassName = NullIfEmpty(server.PriorityClassName),
            NodeSelector =
                server.NodeSelector.Count == 0
                    ? null
                    : new Dictionary<string, string>(server.NodeSelector, StringComparer.Ordinal),
            Tolerations = server.Tolerations.Count == 0 ? null : [.. server.Tolerations],
            ImagePullSecrets = PullSecrets(spec),
            SecurityContext = Confinement.Pod(spec.User.Uid, spec.User.Gid, spec.User.Gid),
            Containers = [ContainerOf(server)],
            Volumes =
            [
                ModelVolume(server.Model),
                new V1Volume { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource() },
            ],
        };
    }

    private static V1Container ContainerOf(ServerSpec server) =>
        new()
        {
            Name = ServingDeployment.ContainerName,
            Ports =
            [
                new V1ContainerPort
                {
                    Name = HttpPort,
                    ContainerPort = server.Port,
                    Protocol = "TCP",
                },
            ],
            Env =
            [
                new V1EnvVar { Name = ModelNameVariable, Value = server.Model.Name },
                new V1EnvVar { Name = "MODEL_PATH", Value = server.Model.Path },
                new V1EnvVar { Name = "PORT", Value = server.Port.ToString(CultureInfo.InvariantCulture) },
                .. Device(server),
                .. server.Env.Select(e => new V1EnvVar { Name = e.Name, Value = e.Value }),
            ],
            Resources = ServerResources.Of(server),
            // Why a server crashed stands in its log alone; with this its end is in the pod's status.
            TerminationMessagePolicy = "FallbackToLogsOnError",
            SecurityContext = Confinement.Container(),
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

    /// <summary>
    /// A pod that was given a GPU and can't use it ends; it doesn't serve from its CPU as if all were well.
    /// </summary>
    private static IEnumerable<V1EnvVar> Device(ServerSpec server) =>
        server.Gpu.Count == 0 || server.Env.Any(e => e.Name == DeviceVariable)
            ? []
            : [new V1EnvVar { Name = DeviceVariable, Value = "cuda" }];

    private static int StartupFailures(ServerSpec server) =>
        Math.Max(1, (int)Math.Ceiling(server.StartupTimeout.Span.TotalSeconds / StartupPeriod));

    private static V1Probe Probe(string path, int periodSeconds, int failures) =>
        new()
        {
            HttpGet = new V1HTTPGetAction
            {
                Path = path,
                Port = HttpPort,
                Scheme = "HTTP",
            },
            PeriodSeconds = periodSeconds,
            TimeoutSeconds = 3,
            FailureThreshold = failures,
        };

    private static V1Volume ModelVolume(ModelSpec model) =>
        model.ExistingClaim.Length > 0
            ? new V1Volume
            {
                Name = "models",
                PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource
                {
                    ClaimName = model.ExistingClaim,
                    ReadOnlyProperty = true,
                },
            }
            : new V1Volume { Name = "models", EmptyDir = new V1EmptyDirVolumeSource() };

    private static List<V1LocalObjectReference>? PullSecrets(GemmaBaseImageSpec spec) =>
        spec.Output.Credentials is { Type.Value: CredentialsType.Secret, SecretRef.Name: { Length: > 0 } name }
            ? [new V1LocalObjectReference { Name = name }]
            : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
