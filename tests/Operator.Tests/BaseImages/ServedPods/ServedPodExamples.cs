using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Pods;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace Operator.Tests.BaseImages.ServedPods;

/// <summary>A spec that asks for all that served pods can have.</summary>
internal static class ServedPodExamples
{
    public static ServingTemplate Template(GemmaBaseImage image) =>
        ServingTemplate.For(image, "registry.example/team/app@" + A.Digest(1));

    public static GemmaBaseImage Image(Func<ServerSpec, ServerSpec> change) =>
        A.BaseImage(s => s with { Rollout = s.Rollout with { Server = change(s.Rollout.Server) } });

    public static ServerSpec Full() =>
        new()
        {
            Model = new() { ExistingClaim = "weights" },
            Env =
            [
                new ServerVariable
                {
                    Name = "TOKEN",
                    ValueFrom = new()
                    {
                        SecretKeyRef = new KeySelector { Name = "hub", Key = "token" },
                    },
                },
                new ServerVariable
                {
                    Name = "MODE",
                    ValueFrom = new()
                    {
                        ConfigMapKeyRef = new KeySelector
                        {
                            Name = "settings",
                            Key = "mode",
                            Optional = true,
                        },
                    },
                },
                new ServerVariable
                {
                    Name = "NODE",
                    ValueFrom = new() { FieldRef = new FieldSelector { FieldPath = "spec.nodeName" } },
                },
                new ServerVariable
                {
                    Name = "MEMORY",
                    ValueFrom = new()
                    {
                        ResourceFieldRef = new ResourceSelector { Resource = "limits.memory", Divisor = "1Mi" },
                    },
                },
                new ServerVariable { Name = "API_KEYS_FILE", Value = "/etc/gemma/keys" },
            ],
            EnvFrom =
            [
                new VariablesFrom
                {
                    Prefix = "HUB_",
                    SecretRef = new ObjectSelector { Name = "hub" },
                },
                new VariablesFrom
                {
                    ConfigMapRef = new ObjectSelector { Name = "settings", Optional = true },
                },
            ],
            Volumes =
            [
                new ServedVolume
                {
                    Name = "shm",
                    EmptyDir = new EmptyDirSource { Medium = VolumeMedium.Memory, SizeLimit = "2Gi" },
                },
                new ServedVolume
                {
                    Name = "keys",
                    Secret = new SecretSource
                    {
                        SecretName = "keys",
                        DefaultMode = 288,
                        Items = [new KeyFile { Key = "keys", Path = "keys" }],
                    },
                },
                new ServedVolume
                {
                    Name = "adapters",
                    PersistentVolumeClaim = new ClaimSource { ClaimName = "adapters", ReadOnly = true },
                },
                new ServedVolume
                {
                    Name = "both",
                    Projected = new ProjectedSource
                    {
                        Sources =
                        [
                            new ProjectedPart { Secret = new KeyFiles { Name = "hub" } },
                            new ProjectedPart
                            {
                                ConfigMap = new KeyFiles { Name = "settings", Optional = true },
                            },
                        ],
                    },
                },
                new ServedVolume
                {
                    Name = "vault",
                    Csi = new CsiSource
                    {
                        Driver = "secrets-store.csi.k8s.io",
                        ReadOnly = true,
                        VolumeAttributes = new Dictionary<string, string> { ["secretProviderClass"] = "gemma" },
                    },
                },
            ],
            VolumeMounts =
            [
                new ServedMount { Name = "shm", MountPath = "/dev/shm" },
                new ServedMount
                {
                    Name = "keys",
                    MountPath = "/etc/gemma",
                    ReadOnly = true,
                },
                new ServedMount
                {
                    Name = "adapters",
                    MountPath = "/adapters",
                    SubPath = "v1",
                },
            ],
            Affinity = new V1Affinity
            {
                PodAntiAffinity = new V1PodAntiAffinity
                {
                    RequiredDuringSchedulingIgnoredDuringExecution =
                    [
                        new V1PodAffinityTerm { TopologyKey = "kubernetes.io/hostname" },
                    ],
                },
            },
            TopologySpreadConstraints =
            [
                new V1TopologySpreadConstraint
                {
                    MaxSkew = 1,
                    TopologyKey = "topology.kubernetes.io/zone",
                    WhenUnsatisfiable = "ScheduleAnyway",
                },
            ],
            PodLabels = new Dictionary<string, string> { ["team"] = "ml" },
            PodAnnotations = new Dictionary<string, string> { ["linkerd.io/inject"] = "disabled" },
            ServiceAccountName = "gemma",
            ImagePullSecrets = [new LocalReference { Name = "mirror" }],
            InitContainers =
            [
                new ServedContainer
                {
                    Name = "wait",
                    Image = "registry.example/team/wait:1",
                    Args = ["--for", "$(SERVICE)"],
                },
            ],
            Sidecars =
            [
                new ServedContainer
                {
                    Name = "logs",
                    Image = "registry.example/team/logs:1",
                    Command = ["/logs"],
                    EnvFrom = [new VariablesFrom { SecretRef = new ObjectSelector { Name = "hub" } }],
                },
            ],
        };
}
