using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Engines;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.BaseImages.ServedPods;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Renders the pod of the inference server. It meets the Pod Security Standard <c>restricted</c>.</summary>
internal static class ServingPod
{
    public const string ModelNameVariable = "MODEL_NAME";

    private const string HttpPort = "http";

    private const string Scratch = "tmp";

    /// <summary>Period of the startup probe, in seconds; the timeout is a whole number of periods.</summary>
    private const int StartupPeriod = 10;

    /// <summary>Returns the pod, but for its image.</summary>
    /// <param name="spec">What it is made from.</param>
    /// <param name="mount">How the weights come into it.</param>
    /// <param name="own">Labels that all pods of the object have, and no others.</param>
    public static V1PodSpec For(GemmaBaseImageSpec spec, ModelMount mount, IDictionary<string, string> own)
    {
        var server = spec.Rollout.Server;
        var engine = EngineContainer.Of(server, ModelVolume.DirectoryOf(mount, server.Model.Path));
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
            Affinity = ServedPlacement.AffinityOf(server, own),
            TopologySpreadConstraints = ServedPlacement.SpreadOf(server, own),
            ServiceAccountName = NullIfEmpty(server.ServiceAccountName),
            ImagePullSecrets = PullSecrets(spec, mount),
            SecurityContext = Confinement.Pod(spec.User.Uid, spec.User.Gid, spec.User.Gid),
            InitContainers = InitContainersOf(server, mount) is { Count: > 0 } first ? first : null,
            Containers = [ContainerOf(server, mount, engine), .. ServedContainers.Of(server.Sidecars, Scratch)],
            Volumes =
            [
                .. ModelVolume.VolumesOf(mount),
                new V1Volume { Name = Scratch, EmptyDir = new V1EmptyDirVolumeSource() },
                .. engine.Volumes(),
                .. ServedVolumes.Of(server),
            ],
        };
    }

    /// <summary>Weights come first: what follows may be about them.</summary>
    private static List<V1Container> InitContainersOf(ServerSpec server, ModelMount mount) =>
        [
            .. mount is ModelMount.Fetched { Command: var fetch } ? new[] { FetchContainer.Render(fetch, "") } : [],
            .. ServedContainers.Of(server.InitContainers, Scratch),
        ];

    private static V1Container ContainerOf(ServerSpec server, ModelMount mount, EngineContainer engine) =>
        new()
        {
            Name = ServingDeployment.ContainerName,
            Command = engine.Command,
            Args = engine.Args,
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
                new V1EnvVar { Name = ModelNameVariable, Value = PodText.Literal(server.Model.Name) },
                new V1EnvVar
                {
                    Name = "MODEL_PATH",
                    Value = PodText.Literal(ModelVolume.DirectoryOf(mount, server.Model.Path)),
                },
                new V1EnvVar { Name = "PORT", Value = server.Port.ToString(CultureInfo.InvariantCulture) },
                .. engine.Variables,
                .. ServedVariables.Of(server.Env),
            ],
            EnvFrom = ServedVariables.AllOf(server.EnvFrom),
            Resources = ServerResources.Of(server),
            // Why a server crashed stands in its log alone; with this its end is in the pod's status.
            TerminationMessagePolicy = "FallbackToLogsOnError",
            SecurityContext = Confinement.Container(),
            StartupProbe = Probe(engine, engine.Startup, StartupPeriod, failures: StartupFailures(server)),
            ReadinessProbe = Probe(engine, engine.Readiness, periodSeconds: 5, failures: 3),
            LivenessProbe = Probe(engine, engine.Liveness, periodSeconds: 10, failures: 3),
            VolumeMounts =
            [
                .. ModelVolume.MountsOf(mount, server.Model.Path),
                new V1VolumeMount { Name = Scratch, MountPath = "/tmp" },
                .. engine.Mounts(),
                .. ServedVolumes.MountsOf(server.VolumeMounts),
            ],
        };

    private static int StartupFailures(ServerSpec server) =>
        Math.Max(1, (int)Math.Ceiling(server.StartupTimeout.Span.TotalSeconds / StartupPeriod));

    private static V1Probe Probe(EngineContainer engine, string path, int periodSeconds, int failures) =>
        new()
        {
            HttpGet = new V1HTTPGetAction
            {
                Path = path,
                Port = engine.ProbePort?.ToString(CultureInfo.InvariantCulture) ?? HttpPort,
                Scheme = "HTTP",
            },
            PeriodSeconds = periodSeconds,
            TimeoutSeconds = 3,
            FailureThreshold = failures,
        };

    private static List<V1LocalObjectReference>? PullSecrets(GemmaBaseImageSpec spec, ModelMount mount)
    {
        var names = new[]
        {
            spec.Output.Credentials is { Type.Value: CredentialsType.Secret, SecretRef.Name: var push } ? push : null,
            mount is ModelMount.InImage { PullSecret: var pull } ? pull : null,
        };
        return
            names
                .Concat(spec.Rollout.Server.ImagePullSecrets.Select(s => s.Name))
                .Where(n => n is { Length: > 0 })
                .Distinct(StringComparer.Ordinal)
                .ToList()
                is { Count: > 0 } given
            ? [.. given.Select(name => new V1LocalObjectReference { Name = name })]
            : null;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
