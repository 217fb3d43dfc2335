using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using k8s.Models;
using Operator.Tests.Flow;

namespace Operator.Tests.Upgrade;

/// <summary>Fifty objects of ten shapes, as teams write them.</summary>
internal static class Fleet
{
    public const int Size = 50;

    private static readonly IReadOnlyList<Func<GemmaBaseImageSpec, GemmaBaseImageSpec>> Shapes =
    [
        spec => spec,
        spec => spec with { Rollout = spec.Rollout with { Server = spec.Rollout.Server with { Image = "" } } },
        spec =>
            spec with
            {
                SystemPackages = ["git", "curl=8.5.0-2ubuntu10"],
                Requirements = new RequirementsSpec
                {
                    Inline = "numpy==2.1.0\n# a comment\neinops>=0.8 ; python_version > '3.9'\n",
                },
                Env = [new EnvironmentVariable { Name = "OMP_NUM_THREADS", Value = "4" }],
                ImageLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "ml platform" },
            },
        spec =>
            spec with
            {
                Requirements = new RequirementsSpec { ConfigMapRef = new KeyReference { Name = "requirements" } },
            },
        spec => spec with { Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "own" } } },
        spec =>
            spec with
            {
                Schedule = "0 9 * * 1",
                TimeZone = "Europe/Berlin",
                JitterSeconds = 600,
                Triggers = new TriggersSpec { BaseDigest = new BaseDigestTrigger { Enabled = true } },
            },
        spec =>
            spec with
            {
                Rollout = spec.Rollout with
                {
                    Strategy = RolloutStrategy.Surge,
                    Server = spec.Rollout.Server with
                    {
                        Replicas = 2,
                        Port = 9000,
                        Gpu = new GpuSpec { Count = 2 },
                        Resources = new V1ResourceRequirements
                        {
                            Requests = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                            {
                                ["memory"] = new("8Gi"),
                                ["cpu"] = new("2"),
                            },
                            Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                            {
                                ["memory"] = new("16Gi"),
                            },
                        },
                        Env = [new ServerVariable { Name = "LOG_LEVEL", Value = "debug" }],
                        Tolerations =
                        [
                            new V1Toleration
                            {
                                Key = "team",
                                OperatorProperty = "Equal",
                                Value = "ml",
                                Effect = "NoSchedule",
                            },
                        ],
                    },
                },
            },
        spec =>
            spec with
            {
                User = new UserSpec
                {
                    Name = "gemma",
                    Uid = 10001,
                    Gid = 10001,
                },
                Build = spec.Build with
                {
                    ExecutorImage = "ghcr.io/osscontainertools/kaniko:v1.28.3",
                    Timeout = "3h",
                    ExtraArgs = ["--snapshot-mode=redo"],
                },
            },
        spec =>
            spec with
            {
                Verification = new VerificationSpec
                {
                    Imports = ["torch", "torchvision"],
                    NonRoot = NonRootPolicy.Warn,
                },
            },
        spec =>
            spec with
            {
                Rollout = spec.Rollout with { Server = spec.Rollout.Server with { Gpu = new GpuSpec { Count = 0 } } },
            },
    ];

    public static IEnumerable<GemmaBaseImage> Images(Stage stage) =>
        Enumerable
            .Range(0, Size)
            .Select(i =>
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"team-{i:00}");
                var image = stage.Image(spec =>
                    Shapes[i % Shapes.Count](spec) with
                    {
                        Output = spec.Output with { Repository = $"{stage.Registry.Host}/{name}/gemma-base" },
                    }
                );
                image.Metadata.Name = name;
                return image;
            });

    public static IEnumerable<V1ConfigMap> ConfigMaps(string ns) =>
        [
            ConfigMap(ns, "requirements", "requirements.txt", "safetensors==0.4.5\nnumpy>=1.26,<3\n"),
            ConfigMap(ns, "own", "Dockerfile", "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN python3 -c 'print(1)'\n"),
        ];

    private static V1ConfigMap ConfigMap(string ns, string name, string key, string text) =>
        new()
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = ns },
            Data = new Dictionary<string, string>(StringComparer.Ordinal) { [key] = text },
        };
}
