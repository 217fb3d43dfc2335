using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Validation.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Engines;

/// <summary>Checks which engine serves, and that a spec gives it what is its own and nothing of another's.</summary>
internal static class EngineRules
{
    /// <summary>Names the volume that vLLM's pods are given; those of other engines have none of the name.</summary>
    public const string SharedMemory = "engine-shm";

    private const string Path = "spec.rollout.server";

    private const int MostArguments = 64;

    /// <summary>Lists settings of the built-in server, and what says the same to vLLM.</summary>
    private static readonly Dictionary<string, string> OfBuiltin = new(StringComparer.Ordinal)
    {
        ["API_KEYS_FILE"] = "give VLLM_API_KEY, by secretKeyRef",
        ["CHAT_TEMPLATE"] = "vLLM lays conversations out by the checkpoint's own template",
        ["CORS_ORIGINS"] = "give rollout.server.vllm.args --allowed-origins",
        ["CUDA_GRAPHS"] = "give rollout.server.vllm.args --enforce-eager to use none",
        ["DEVICE"] = "rollout.server.gpu.count decides",
        ["DRAIN_SECONDS"] = "set rollout.server.terminationGracePeriodSeconds",
        ["DTYPE"] = "give rollout.server.vllm.args --dtype",
        ["GEMMA_TORCH_LIB"] = "vLLM loads the PyTorch that it was installed with",
        ["KV_PAGES"] = "vLLM's memory is always in pages",
        ["MAX_CONTEXT"] = "give rollout.server.vllm.args --max-model-len",
        ["MAX_QUEUE"] = "vLLM has no such bound",
        ["MAX_REQUESTS_PER_KEY"] = "vLLM has no such bound",
        ["MAX_SLOTS"] = "give rollout.server.vllm.args --max-num-seqs",
        ["METRICS_NAMES"] = "vLLM's metrics have vLLM's names",
        ["PREFIX_CACHE"] = "give rollout.server.vllm.args --no-enable-prefix-caching to read each prompt whole",
        ["QUANTIZATION"] = "give rollout.server.vllm.args --quantization",
        ["STREAM_PAUSE_MS"] = "give rollout.server.vllm.args --max-num-batched-tokens",
    };

    /// <summary>Returns what is wrong.</summary>
    public static IReadOnlyList<FieldError> Check(GemmaBaseImage image)
    {
        var findings = new Findings();
        var rollout = image.Spec?.Rollout ?? new RolloutSpec();
        var server = rollout.Server ?? new ServerSpec();
        findings.OneOf($"{Path}.engine", server.Engine);
        if (server.Engine.Value is not { } engine)
        {
            return findings.Errors;
        }

        CheckOwner($"{Path}.vllm", server.Vllm is not null, ServerEngine.VLLM, engine, findings);
        CheckOwner($"{Path}.custom", server.Custom is not null, ServerEngine.Custom, engine, findings);
        if (engine != ServerEngine.Builtin)
        {
            CheckLayers(server, engine, findings);
        }

        switch (engine)
        {
            case ServerEngine.Builtin:
                CheckGpus(image, rollout, findings);
                break;
            case ServerEngine.VLLM:
                CheckVariables(server, findings);
                CheckVolumes(server, findings);
                break;
            case ServerEngine.Custom:
                CheckSmokeTest(rollout.SmokeTest ?? new SmokeTestSpec(), findings);
                if (server.Custom is null)
                {
                    findings.Add(
                        $"{Path}.custom",
                        $"it is missing, and rollout.server.engine is {ServerEngine.Custom}",
                        "give at least custom.command and custom.probes.path"
                    );
                }

                break;
        }

        CheckArguments(server.Vllm?.Args, findings);
        if (server.Custom is { } custom)
        {
            CustomServerRules.Check($"{Path}.custom", custom, findings);
        }

        return findings.Errors;
    }

    /// <summary>Tells whether pods of the built-in server ask for GPUs that it leaves idle.</summary>
    public static bool LeavesGpusIdle(RolloutSpec? rollout) =>
        rollout is { Mode.Value: RolloutMode.Managed, Server: { Engine.Value: ServerEngine.Builtin } server }
        && server.Gpu?.Count > 1;

    /// <summary>
    /// Tells whether a variable is a setting of the built-in server, which an engine refuses. Defaults may give it to
    /// the other objects.
    /// </summary>
    public static bool Refuses(ServerEngine? engine, string? variable) =>
        engine == ServerEngine.VLLM && variable is not null && OfBuiltin.ContainsKey(variable);

    private static void CheckOwner(
        string path,
        bool isGiven,
        ServerEngine owner,
        ServerEngine engine,
        Findings findings
    )
    {
        if (isGiven && engine != owner)
        {
            findings.Add(
                path,
                $"it is for the engine {owner}, and rollout.server.engine is {engine}",
                $"set rollout.server.engine to {owner}, or take it out"
            );
        }
    }

    private static void CheckLayers(ServerSpec server, ServerEngine engine, Findings findings)
    {
        foreach (var (name, value) in new[] { ("image", server.Image), ("repository", server.Repository) })
        {
            if (value is { Length: > 0 })
            {
                findings.Add(
                    $"{Path}.{name}",
                    $"the engine {engine} has no server image: the base image itself is served",
                    $"take it out, or set rollout.server.engine to {ServerEngine.Builtin}"
                );
            }
        }
    }

    /// <summary>What serves already goes on, and gets its images; <c>GpusIdle</c> tells of it.</summary>
    private static void CheckGpus(GemmaBaseImage image, RolloutSpec rollout, Findings findings)
    {
        if (LeavesGpusIdle(rollout) && image.Status?.ServingImage is null)
        {
            findings.Add(
                $"{Path}.gpu.count",
                $"the engine {ServerEngine.Builtin} uses one GPU, and {rollout.Server.Gpu.Count} would be held",
                $"set it to 1 and raise rollout.server.replicas, or set rollout.server.engine to {ServerEngine.VLLM}"
            );
        }
    }

    private static void CheckVariables(ServerSpec server, Findings findings)
    {
        foreach (var (i, variable) in (server.Env ?? []).Index())
        {
            if (variable?.Name is { } name && OfBuiltin.TryGetValue(name, out var instead))
            {
                findings.Add(
                    $"{Path}.env[{i}].name",
                    $"{name} is a setting of the engine {ServerEngine.Builtin}",
                    $"take it out of rollout.server.env: {instead}"
                );
            }
        }
    }

    private static void CheckVolumes(ServerSpec server, Findings findings)
    {
        foreach (var (i, volume) in (server.Volumes ?? []).Index())
        {
            if (volume?.Name == SharedMemory)
            {
                findings.Add(
                    $"{Path}.volumes[{i}].name",
                    $"{SharedMemory} is the operator's own with the engine {ServerEngine.VLLM}",
                    "choose another name in rollout.server.volumes"
                );
            }
        }
    }

    private static void CheckArguments(IReadOnlyList<string>? args, Findings findings)
    {
        findings.Most($"{Path}.vllm.args", args?.Count, MostArguments);
        foreach (var (i, text) in (args ?? []).Index())
        {
            if (!VllmArgument.TryParse(text, out _, out var problem, out var remedy))
            {
                findings.Add($"{Path}.vllm.args[{i}]", problem, remedy);
            }
        }
    }

    private static void CheckSmokeTest(SmokeTestSpec smokeTest, Findings findings)
    {
        var unset = new SmokeTestSpec();
        if (smokeTest.Path != unset.Path || smokeTest.Prompt != unset.Prompt)
        {
            findings.Add(
                "spec.rollout.smokeTest",
                $"path and prompt are for other engines than {ServerEngine.Custom}",
                "take them out, and state the request in rollout.server.custom.smokeTest"
            );
        }
    }
}
