using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Validation.Engines;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Engines;

/// <summary>Renders what of the server's container differs between engines.</summary>
internal sealed record EngineContainer
{
    /// <summary>Names the volume of the shared memory through which the processes of one model talk.</summary>
    public const string SharedMemory = EngineRules.SharedMemory;

    /// <summary>Names vLLM's variable that holds the key which requests must show.</summary>
    public const string KeyVariable = "VLLM_API_KEY";

    private const string Device = "DEVICE";

    private const string ShmPath = "/dev/shm";

    /// <summary>Gets the program; null for the image's own.</summary>
    public IList<string>? Command { get; init; }

    /// <summary>Gets its arguments; null for none.</summary>
    public IList<string>? Args { get; init; }

    /// <summary>Gets its variables, those that every engine gets excepted.</summary>
    public IReadOnlyList<V1EnvVar> Variables { get; init; } = [];

    /// <summary>Gets the path that is asked until the model is loaded.</summary>
    public required string Startup { get; init; }

    /// <summary>Gets the path that is asked whether requests are taken.</summary>
    public required string Readiness { get; init; }

    /// <summary>Gets the path that is asked whether it must be started anew.</summary>
    public required string Liveness { get; init; }

    /// <summary>Gets the port of the probes; null for the server's.</summary>
    public int? ProbePort { get; init; }

    /// <summary>Gets whether it is given shared memory beyond the 64 MiB of a container.</summary>
    public bool HasSharedMemory { get; init; }

    /// <param name="server">What is asked for.</param>
    /// <param name="model">Where the server finds the weights.</param>
    public static EngineContainer Of(ServerSpec server, string model) =>
        server.Engine.Value switch
        {
            ServerEngine.VLLM => Vllm(server, model),
            ServerEngine.Custom when server.Custom is { } custom => OwnServer(custom),
            _ => Builtin(server),
        };

    /// <summary>Returns the volume of the shared memory; none where none is given.</summary>
    public IEnumerable<V1Volume> Volumes() =>
        HasSharedMemory
            ?
            [
                new V1Volume
                {
                    Name = SharedMemory,
                    EmptyDir = new V1EmptyDirVolumeSource { Medium = "Memory" },
                },
            ]
            : [];

    /// <inheritdoc cref="Volumes"/>
    public IEnumerable<V1VolumeMount> Mounts() =>
        HasSharedMemory ? [new V1VolumeMount { Name = SharedMemory, MountPath = ShmPath }] : [];

    private static EngineContainer Builtin(ServerSpec server) =>
        new()
        {
            // A pod that was given a GPU and can't use it ends; it doesn't serve from its CPU as if all were well.
            Variables = server.Gpu.Count == 0 ? [] : Unless(server, (Device, "cuda")),
            Startup = "/startupz",
            Readiness = "/readyz",
            Liveness = "/healthz",
        };

    /// <summary>
    /// The program by its module: of the same Python that proved that it has it. It answers when the model is loaded.
    /// </summary>
    private static EngineContainer Vllm(ServerSpec server, string model)
    {
        var args = (server.Vllm?.Args ?? []).Select(Parse).ToList();
        return new EngineContainer
        {
            Command = ["python3", "-m", "vllm.entrypoints.openai.api_server"],
            Args =
            [
                PodText.Literal($"--model={model}"),
                PodText.Literal($"--served-model-name={server.Model.Name}"),
                .. args.Any(a => a.Name == "host") ? Array.Empty<string>() : ["--host=0.0.0.0"],
                string.Create(CultureInfo.InvariantCulture, $"--port={server.Port}"),
                .. server.Gpu.Count > 0
                    ? [string.Create(CultureInfo.InvariantCulture, $"--tensor-parallel-size={server.Gpu.Count}")]
                    : Array.Empty<string>(),
                .. args.Select(a => PodText.Literal(a.ToString())),
            ],
            // Caches go where the pod may write; weights that are there needn't be asked for on the way.
            Variables = Unless(server, ("HOME", "/tmp"), ("HF_HUB_OFFLINE", "1"), ("VLLM_NO_USAGE_STATS", "1")),
            Startup = "/health",
            Readiness = "/health",
            Liveness = "/health",
            HasSharedMemory =
                server.Gpu.Count > 1 && !server.VolumeMounts.Any(m => m.MountPath.TrimEnd('/') == ShmPath),
        };
    }

    private static EngineContainer OwnServer(CustomServerSpec custom) =>
        new()
        {
            Command = [.. custom.Command.Select(PodText.Literal)],
            Args = custom.Args.Count == 0 ? null : [.. custom.Args.Select(PodText.Literal)],
            Startup = custom.Probes.StartupPath is { Length: > 0 } startup ? startup : custom.Probes.Path,
            Readiness = custom.Probes.Path,
            Liveness = custom.Probes.LivenessPath is { Length: > 0 } liveness ? liveness : custom.Probes.Path,
            ProbePort = custom.Probes.Port,
        };

    /// <summary>Returns variables that the spec doesn't set itself.</summary>
    private static List<V1EnvVar> Unless(ServerSpec server, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var given = new List<V1EnvVar>();
        foreach (var (name, value) in variables)
        {
            if (!server.Env.Any(e => e.Name == name))
            {
                given.Add(new V1EnvVar { Name = name, Value = value });
            }
        }

        return given;
    }

    private static VllmArgument Parse(string text) =>
        VllmArgument.TryParse(text, out var argument, out var problem, out _)
            ? argument
            : throw new FormatException(problem);
}
