using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in which engine serves, and what it is given.</summary>
internal static class EngineMistakes
{
    private const string Path = "spec.rollout.server";

    /// <summary>A server of the base's own, as it should be.</summary>
    public static CustomServerSpec Custom { get; } =
        new()
        {
            Command = ["python3", "-m", "server"],
            Probes = new CustomProbesSpec { Path = "/health" },
        };

    public static IEnumerable<TestCaseData> All() => [.. Engines(), .. Arguments(), .. Customs()];

    private static IEnumerable<TestCaseData> Engines()
    {
        yield return Of("no engine", s => s with { Engine = WireEnum<ServerEngine>.Read("TGI") }, "engine");
        yield return Of("vllm of another", s => s with { Vllm = new VllmSpec() }, "vllm");
        yield return Of("custom of another", s => s with { Custom = Custom }, "custom");
        yield return Of("custom without", s => s with { Engine = ServerEngine.Custom }, "custom");
        foreach (var engine in new[] { ServerEngine.VLLM, ServerEngine.Custom })
        {
            var custom = engine == ServerEngine.Custom ? Custom : null;
            yield return Of(
                $"layers for {engine}",
                s => s with { Engine = engine, Custom = custom, Image = "registry.example/server:1" },
                "image"
            );
            yield return Of(
                $"a repository for {engine}",
                s => s with { Engine = engine, Custom = custom, Repository = "registry.example/service" },
                "repository"
            );
        }

        yield return Of(
            "a volume of the operator's name",
            s =>
                Vllm(s) with
                {
                    Volumes =
                    [
                        new ServedVolume
                        {
                            Name = "engine-shm",
                            EmptyDir = new EmptyDirSource { SizeLimit = "1Gi" },
                        },
                    ],
                },
            "volumes[0].name"
        );
        yield return Of("idle GPUs", s => s with { Gpu = new GpuSpec { Count = 2 } }, "gpu.count");
        foreach (var name in OfBuiltin())
        {
            yield return Of(
                $"{name} for vLLM",
                s => Vllm(s) with { Env = [new ServerVariable { Name = name, Value = "1" }] },
                "env[0].name"
            );
        }
    }

    /// <summary>
    /// Lists the variables of the server's page, but for those that the operator sets itself, and OpenTelemetry's,
    /// which every engine may read.
    /// </summary>
    private static IEnumerable<string> OfBuiltin() =>
        File.ReadLines(Checkout.PathTo("docs", "inference.md"))
            .SkipWhile(line => line != "## Settings")
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1])
            .Where(name => !name.StartsWith("OTEL_", StringComparison.Ordinal))
            .Except(["MODEL_PATH", "MODEL_NAME", "PORT"], StringComparer.Ordinal);

    private static IEnumerable<TestCaseData> Arguments()
    {
        foreach (
            var argument in new[]
            {
                "max-model-len=1",
                "-tp=2",
                "--",
                "8192",
                "--a\nb",
                "--model=/elsewhere",
                "--served_model_name=x",
                "--served-model=x",
                "--port=1",
                "--tensor-parallel-size=1",
                "--pipeline_parallel_size=2",
                "--config=/a.yaml",
                "--api-key=secret",
                "--ssl-keyfile=/k",
            }
        )
        {
            yield return Of(
                $"argument {argument.ReplaceLineEndings(" ")}",
                s => Vllm(s) with { Vllm = new VllmSpec { Args = [argument] } },
                "vllm.args[0]"
            );
        }
    }

    private static IEnumerable<TestCaseData> Customs()
    {
        yield return OfCustom("no command", c => c with { Command = [] }, "command");
        yield return OfCustom("a command of two lines", c => c with { Command = ["a\nb"] }, "command[0]");
        yield return OfCustom("no probe", c => c with { Probes = new CustomProbesSpec() }, "probes.path");
        yield return OfCustom(
            "a probe elsewhere",
            c => c with { Probes = new CustomProbesSpec { Path = "http://evil.example/" } },
            "probes.path"
        );
        yield return OfCustom("a privileged port", c => c with { Probes = c.Probes with { Port = 80 } }, "probes.port");
        yield return OfCustom("no JSON", c => c with { SmokeTest = Smoke("{prompt: 1}", 200) }, "smokeTest.body");
        yield return OfCustom("no status", c => c with { SmokeTest = Smoke("", 99) }, "smokeTest.status");
        yield return Mistake(
            "a prompt for a server of one's own",
            s =>
                s with
                {
                    Rollout = s.Rollout with
                    {
                        SmokeTest = new SmokeTestSpec { Prompt = "Hi" },
                        Server = s.Rollout.Server with { Engine = ServerEngine.Custom, Custom = Custom },
                    },
                },
            "spec.rollout.smokeTest"
        );
    }

    private static CustomSmokeTestSpec Smoke(string body, int status) =>
        new()
        {
            Path = "/generate",
            Body = body,
            Status = status,
        };

    private static ServerSpec Vllm(ServerSpec server) => server with { Engine = ServerEngine.VLLM };

    private static TestCaseData OfCustom(string name, Func<CustomServerSpec, CustomServerSpec> mistake, string path) =>
        Of(name, s => s with { Engine = ServerEngine.Custom, Custom = mistake(Custom) }, $"custom.{path}");

    private static TestCaseData Of(string name, Func<ServerSpec, ServerSpec> mistake, string path) =>
        Mistake(name, Server(mistake), $"{Path}.{path}");
}
