using System.Globalization;
using GemmaInference.Api.Access;
using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using GemmaInference.Model.Matrices;
using GemmaInference.Native;
using GemmaInference.Text.Templates;
using GemmaInference.Torch;

namespace GemmaInference.Api;

/// <summary>Holds the server's settings; all come from environment variables of the same meaning.</summary>
/// <param name="Device">The device to insist on; null for a GPU where one can be used, else the CPU.</param>
/// <param name="DrainTime">How long running answers may take after SIGTERM; below the pod's grace period.</param>
internal sealed record ServerOptions(
    string ModelName,
    int Port,
    LoadSettings Load,
    int MaxQueue,
    TimeSpan DrainTime,
    Device? Device = null
)
{
    /// <summary>Answers to one request wait together: fewer places would refuse what clients often ask for.</summary>
    private const int LeastQueue = 8;

    /// <summary>Gets the file of keys that requests must show one of; null where none is needed.</summary>
    public string? ApiKeysFile { get; init; }

    /// <summary>Gets whose web pages may ask; nobody's by default.</summary>
    public CorsOrigins Cors { get; init; } = CorsOrigins.None;

    /// <summary>Gets whether what was computed of one prompt is used for others that begin alike.</summary>
    public bool ReusesPrompts { get; init; } = true;

    /// <summary>Gets for about how long reading prompts may hold running answers up.</summary>
    public TimeSpan StreamPause { get; init; } = EngineOptions.Default.StreamPause;

    /// <summary>Gets how many requests of one key may be answered at once.</summary>
    public int MaxRequestsPerKey { get; init; } = int.MaxValue;

    /// <summary>Gets what metrics' names begin with.</summary>
    public string MetricsPrefix { get; init; } = EngineMetrics.OwnPrefix;

    /// <exception cref="ApiException">It is another model than the one that is served.</exception>
    /// <param name="name">Null for whichever is served.</param>
    public void CheckModel(string? name)
    {
        if (name is not null && name != ModelName)
        {
            throw new ApiException(
                404,
                "invalid_request_error",
                "model_not_found",
                "model",
                $"the model '{ApiException.Short(name)}' does not exist here; this server serves '{ModelName}'"
            );
        }
    }

    /// <param name="read">Returns a variable's value or null.</param>
    /// <exception cref="InferenceException">A variable has a value that can't be used.</exception>
    public static ServerOptions FromEnvironment(Func<string, string?> read)
    {
        var path = Text("MODEL_PATH", "/models");
        var type = Text("DTYPE", "auto");
        if (type is not ("auto" or "float32" or "float16" or "bfloat16"))
        {
            throw new InferenceException("DTYPE", $"expected auto, float32, float16 or bfloat16, found '{type}'");
        }

        var device = Text("DEVICE", "auto");
        if (device is not ("auto" or "cpu" or "cuda"))
        {
            throw new InferenceException("DEVICE", $"expected auto, cpu or cuda, found '{device}'");
        }

        var quantization = Text("QUANTIZATION", "none");
        if (quantization is not ("none" or "int8" or "int4"))
        {
            throw new InferenceException("QUANTIZATION", $"expected none, int8 or int4, found '{quantization}'");
        }

        var reuse = Text("PREFIX_CACHE", "on");
        if (reuse is not ("on" or "off"))
        {
            throw new InferenceException("PREFIX_CACHE", $"expected on or off, found '{reuse}'");
        }

        var metrics = Text("METRICS_NAMES", EngineMetrics.OwnPrefix);
        if (metrics is not (EngineMetrics.OwnPrefix or "vllm"))
        {
            throw new InferenceException("METRICS_NAMES", $"expected gemma or vllm, found '{metrics}'");
        }

        var graphs = Text("CUDA_GRAPHS", "auto");
        if (graphs is not ("auto" or "off"))
        {
            throw new InferenceException("CUDA_GRAPHS", $"expected auto or off, found '{graphs}'");
        }

        var pages = Text("KV_PAGES", "auto");
        if (pages is not ("auto" or "off"))
        {
            throw new InferenceException("KV_PAGES", $"expected auto or off, found '{pages}'");
        }

        var keys = Text("API_KEYS_FILE", "");
        var perKey = Number("MAX_REQUESTS_PER_KEY", int.MaxValue, 1, 100_000);
        if (perKey != int.MaxValue && keys.Length == 0)
        {
            throw new InferenceException("MAX_REQUESTS_PER_KEY", "needs keys; set API_KEYS_FILE, or leave it out");
        }

        return new ServerOptions(
            Text("MODEL_NAME", Path.GetFileName(Path.TrimEndingDirectorySeparator(path))),
            Number("PORT", 8080, 0, 65535),
            new LoadSettings(
                path,
                type,
                Maybe("MAX_CONTEXT", 16, 1 << 20),
                Maybe("MAX_SLOTS", 1, 512),
                quantization switch
                {
                    "int8" => Quantization.Int8,
                    "int4" => Quantization.Int4,
                    _ => Quantization.None,
                }
            )
            {
                Template = TemplateChoice.Parse(Text(TemplateChoice.Setting, "auto")),
                UsesGraphs = graphs == "auto",
                UsesPages = pages == "auto",
            },
            Number("MAX_QUEUE", 64, LeastQueue, 100_000),
            TimeSpan.FromSeconds(Number("DRAIN_SECONDS", 100, 1, 86_400)),
            device switch
            {
                "cpu" => Torch.Device.Cpu,
                "cuda" => Torch.Device.Cuda,
                _ => null,
            }
        )
        {
            ApiKeysFile = keys.Length > 0 ? keys : null,
            MaxRequestsPerKey = perKey,
            MetricsPrefix = metrics,
            Cors = CorsOrigins.Parse(read("CORS_ORIGINS") ?? ""),
            ReusesPrompts = reuse == "on",
            StreamPause = TimeSpan.FromMilliseconds(Number("STREAM_PAUSE_MS", 500, 1, 60_000)),
        };

        string Text(string name, string fallback) => read(name) is { Length: > 0 } value ? value : fallback;

        int? Maybe(string name, int low, int high) =>
            read(name) is { Length: > 0 } ? Number(name, low, low, high) : null;

        int Number(string name, int fallback, int low, int high) =>
            read(name) is not { Length: > 0 } text ? fallback
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= low
            && value <= high
                ? value
            : throw new InferenceException(name, $"expected a whole number from {low} to {high}, found '{text}'");
    }
}
