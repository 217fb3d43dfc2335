using GemmaOperator.Api.Models;
using GemmaOperator.Api.Pods;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in what the served pods get from their surroundings.</summary>
internal static class ServedPodMistakes
{
    private static readonly ServedVolume Scratch = new() { Name = "scratch", EmptyDir = new EmptyDirSource() };

    public static IEnumerable<TestCaseData> All() =>
        [.. Variables(), .. Volumes(), .. Mounts(), .. Containers(), .. PlacementMistakes.All()];

    private static IEnumerable<TestCaseData> Variables()
    {
        yield return Variable(
            "two values",
            new()
            {
                Name = "A",
                Value = "b",
                ValueFrom = Key("a", "b"),
            },
            "valueFrom"
        );
        yield return Variable("no source", new() { Name = "A", ValueFrom = new() }, "valueFrom");
        yield return Variable("no Secret", From(Key("A B", "c")), "valueFrom.secretKeyRef.name");
        yield return Variable("no key", From(Key("a", "")), "valueFrom.secretKeyRef.key");
        yield return Variable(
            "a field of the spec",
            From(new() { FieldRef = new FieldSelector { FieldPath = "spec.containers" } }),
            "valueFrom.fieldRef.fieldPath"
        );
        yield return Variable(
            "GPUs as a variable",
            From(new() { ResourceFieldRef = new ResourceSelector { Resource = "limits.nvidia.com/gpu" } }),
            "valueFrom.resourceFieldRef.resource"
        );
        foreach (var field in new[] { "labels['/a']", "labels['a/b/c']", "labels['A.example/b']", "annotations['-a']" })
        {
            yield return Variable(
                $"no key in {field}",
                From(new() { FieldRef = new FieldSelector { FieldPath = $"metadata.{field}" } }),
                "valueFrom.fieldRef.fieldPath"
            );
        }

        foreach (var (resource, unit) in new[] { ("limits.cpu", "1Mi"), ("requests.memory", "1m") })
        {
            yield return Variable(
                $"{resource} in {unit}",
                From(
                    new()
                    {
                        ResourceFieldRef = new ResourceSelector { Resource = resource, Divisor = unit },
                    }
                ),
                "valueFrom.resourceFieldRef.divisor"
            );
        }

        yield return Variable("keys from elsewhere", From(Key("a", "b"), "API_KEYS_FILE"), "valueFrom");
        yield return Mistake(
            "all of nothing",
            Server(s => s with { EnvFrom = [new VariablesFrom { Prefix = "A_" }] }),
            "spec.rollout.server.envFrom[0]"
        );
        yield return Mistake(
            "a prefix that preloads",
            Server(s =>
                s with
                {
                    EnvFrom =
                    [
                        new()
                        {
                            Prefix = "LD_",
                            SecretRef = new ObjectSelector { Name = "a" },
                        },
                    ],
                }
            ),
            "spec.rollout.server.envFrom[0].prefix"
        );
    }

    private static IEnumerable<TestCaseData> Volumes()
    {
        foreach (var name in new[] { "models", "model-secret", "tmp", "A" })
        {
            yield return Volume($"named {name}", Scratch with { Name = name }, ".name");
        }

        yield return Volume("no source", Scratch with { EmptyDir = null }, "");
        yield return Volume("two sources", Scratch with { Csi = new CsiSource { Driver = "a.io" } }, "");
        yield return Volume(
            "a size in words",
            Scratch with
            {
                EmptyDir = new EmptyDirSource { SizeLimit = "much" },
            },
            ".emptyDir.sizeLimit"
        );
        yield return Volume(
            "a mode of nothing",
            new()
            {
                Name = "a",
                Secret = new SecretSource { SecretName = "a", DefaultMode = 1000 },
            },
            ".secret.defaultMode"
        );
        yield return Volume(
            "a file upwards",
            new()
            {
                Name = "a",
                ConfigMap = new ConfigMapSource { Name = "a", Items = [new KeyFile { Key = "a", Path = "../a" }] },
            },
            ".configMap.items[0].path"
        );
        yield return Volume(
            "one file of two sources",
            new()
            {
                Name = "a",
                Projected = new ProjectedSource
                {
                    Sources =
                    [
                        new ProjectedPart
                        {
                            Secret = new KeyFiles { Name = "a", Items = [new KeyFile { Key = "a", Path = "keys/a" }] },
                        },
                        new ProjectedPart
                        {
                            ConfigMap = new KeyFiles
                            {
                                Name = "b",
                                Items = [new KeyFile { Key = "b", Path = "keys/a" }],
                            },
                        },
                    ],
                },
            },
            ".projected.sources[1].configMap.items[0].path"
        );
        yield return Volume(
            "nothing together",
            new() { Name = "a", Projected = new ProjectedSource() },
            ".projected.sources"
        );
    }

    private static IEnumerable<TestCaseData> Mounts()
    {
        foreach (
            var path in new[]
            {
                "/app",
                "/opt/gemma/requirements.txt",
                "/tmp",
                "/proc/x",
                "/dev",
                "/etc",
                "/usr/lib",
                "/models",
                "/models/a",
                "a",
                "/a/..",
            }
        )
        {
            yield return Mistake(
                $"mounted at {path}",
                Server(s =>
                    s with
                    {
                        Model = new ModelSpec { ExistingClaim = "weights" },
                        Volumes = [Scratch],
                        VolumeMounts = [new ServedMount { Name = "scratch", MountPath = path }],
                    }
                ),
                "spec.rollout.server.volumeMounts[0].mountPath"
            );
        }

        yield return Mistake(
            "mounted though it isn't there",
            Server(s => s with { VolumeMounts = [new ServedMount { Name = "shm", MountPath = "/dev/shm" }] }),
            "spec.rollout.server.volumeMounts[0].name"
        );
    }

    private static IEnumerable<TestCaseData> Containers()
    {
        yield return Sidecar("the server itself", s => s with { Name = "server" }, "name");
        yield return Sidecar("no image", s => s with { Image = "" }, "image");
        yield return Sidecar("a URL as an image", s => s with { Image = "https://registry.example/a" }, "image");
        yield return Sidecar("a script on two lines", s => s with { Args = ["a\nb"] }, "args[0]");
        yield return Sidecar("a preload", s => s with { Env = [new() { Name = "LD_PRELOAD" }] }, "env[0].name");
        yield return Sidecar(
            "a volume of the operator's",
            s => s with { VolumeMounts = [new ServedMount { Name = "models", MountPath = "/models" }] },
            "volumeMounts[0].name"
        );
    }

    private static TestCaseData Variable(string name, ServerVariable variable, string field) =>
        Mistake(
            $"variable with {name}",
            Server(s => s with { Env = [variable] }),
            $"spec.rollout.server.env[0].{field}"
        );

    private static TestCaseData Volume(string name, ServedVolume volume, string field) =>
        Mistake(
            $"volume with {name}",
            Server(s => s with { Volumes = [volume] }),
            $"spec.rollout.server.volumes[0]{field}"
        );

    private static TestCaseData Sidecar(string name, Func<ServedContainer, ServedContainer> spoil, string field) =>
        Mistake(
            $"sidecar with {name}",
            Server(s =>
                s with
                {
                    Sidecars = [spoil(new ServedContainer { Name = "logs", Image = "registry.example/a/logs:1" })],
                }
            ),
            $"spec.rollout.server.sidecars[0].{field}"
        );

    private static ServerVariable From(VariableSource source, string name = "A") =>
        new() { Name = name, ValueFrom = source };

    private static VariableSource Key(string name, string key) =>
        new()
        {
            SecretKeyRef = new KeySelector { Name = name, Key = key },
        };
}
