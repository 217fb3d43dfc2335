using System.Globalization;
using System.Text;

namespace GemmaInference.Engine;

/// <summary>
/// Counts what happens in the engine, under the names that vLLM's dashboards use.
/// </summary>
/// <param name="prefix">What names begin with: <c>gemma</c>, or <c>vllm</c> for what reads those.</param>
internal sealed class EngineMetrics(string modelName, string prefix = EngineMetrics.OwnPrefix)
{
    public const string OwnPrefix = "gemma";

    private readonly string _label = $"model_name=\"{Escaped(modelName)}\"";

    private readonly long[] _finished = new long[Enum.GetValues<FinishReason>().Length];
    private long _promptTokens;
    private long _generationTokens;
    private long _rejected;
    private int _running;
    private int _waiting;
    private double _cacheUsage;
    private int _graphs;
    private string? _graphTrouble;
    private long _graphSteps;
    private long _prefixQueries;
    private long _prefixHits;
    private long _pages;
    private long _putBack;
    private (int Slots, int Context, long CacheBytes, long WeightBytes) _size;

    public Histogram TimeToFirstToken { get; } =
        new(
            $"{prefix}:time_to_first_token_seconds",
            "From submission to the first token.",
            0.001,
            0.01,
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            30
        );

    public Histogram InterTokenLatency { get; } =
        new(
            $"{prefix}:inter_token_latency_seconds",
            "Between two tokens of a sequence.",
            0.001,
            0.0025,
            0.005,
            0.01,
            0.025,
            0.05,
            0.1,
            0.25,
            0.5,
            1
        );

    public Histogram QueueTime { get; } =
        new(
            $"{prefix}:request_queue_time_seconds",
            "From submission to a slot.",
            0.001,
            0.01,
            0.1,
            0.5,
            1,
            5,
            10,
            30,
            60
        );

    public Histogram Latency { get; } =
        new(
            $"{prefix}:e2e_request_latency_seconds",
            "From submission to the end.",
            0.01,
            0.1,
            0.5,
            1,
            2.5,
            5,
            10,
            30,
            60,
            300
        );

    public long GenerationTokens => Interlocked.Read(ref _generationTokens);

    public int Running => Volatile.Read(ref _running);

    public int Waiting => Volatile.Read(ref _waiting);

    public void Prompt(int tokens) => Interlocked.Add(ref _promptTokens, tokens);

    public void Generated(int tokens) => Interlocked.Add(ref _generationTokens, tokens);

    public void Finished(FinishReason reason) => Interlocked.Increment(ref _finished[(int)reason]);

    /// <summary>Counts a prompt's tokens, and those of them that needn't be read.</summary>
    public void PrefixLookup(int tokens, int known)
    {
        Interlocked.Add(ref _prefixQueries, tokens);
        Interlocked.Add(ref _prefixHits, known);
    }

    /// <summary>Remembers how large all was made, once, before anybody asks for it.</summary>
    public void Size(int slots, int context, long cacheBytes, long weightBytes) =>
        _size = (slots, context, cacheBytes, weightBytes);

    /// <summary>Remembers how many pages there are, once, before anybody asks; 0 where slots are whole.</summary>
    public void Pages(long count) => _pages = count;

    /// <summary>Counts a sequence that lost its slot for want of pages.</summary>
    public void PutBack() => Interlocked.Increment(ref _putBack);

    /// <summary>Counts a step that was computed by a graph.</summary>
    public void GraphStep() => Interlocked.Increment(ref _graphSteps);

    /// <summary>Remembers how many graphs there are, and why there are none.</summary>
    public void Graphs(int count, string? trouble)
    {
        Volatile.Write(ref _graphs, count);
        Volatile.Write(ref _graphTrouble, trouble);
    }

    public void Rejected() => Interlocked.Increment(ref _rejected);

    /// <param name="cacheUsage">Part of the cache's tokens in use, 0 to 1.</param>
    public void Load(int running, int waiting, double cacheUsage)
    {
        Volatile.Write(ref _running, running);
        Volatile.Write(ref _waiting, waiting);
        Volatile.Write(ref _cacheUsage, cacheUsage);
    }

    /// <summary>Renders the text exposition format, version 0.0.4.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        One($"{prefix}:num_requests_running", "gauge", "Sequences in slots.", Running);
        One($"{prefix}:num_requests_waiting", "gauge", "Sequences that wait for a slot.", Waiting);
        One(
            $"{prefix}:kv_cache_usage_perc",
            "gauge",
            "Part of the cache in use, 1 is all.",
            Volatile.Read(ref _cacheUsage)
        );
        One($"{prefix}:kv_pages", "gauge", "Pages that all slots share, 0 where each is whole.", _pages);
        One(
            $"{prefix}:num_preemptions_total",
            "counter",
            "Sequences that lost their slot for want of pages, and were read anew later.",
            Interlocked.Read(ref _putBack)
        );
        One($"{prefix}:num_slots", "gauge", "Sequences at once.", _size.Slots);
        One($"{prefix}:max_model_len", "gauge", "Tokens of a sequence, prompt and answer.", _size.Context);
        One($"{prefix}:kv_cache_bytes", "gauge", "Memory of keys and values.", _size.CacheBytes);
        One($"{prefix}:weight_bytes", "gauge", "Memory of the matrices.", _size.WeightBytes);
        One(
            $"{prefix}:prefix_cache_queries_total",
            "counter",
            "Prompt tokens that were looked for among those read before.",
            Interlocked.Read(ref _prefixQueries)
        );
        One(
            $"{prefix}:prefix_cache_hits_total",
            "counter",
            "Prompt tokens that were found there and not read again.",
            Interlocked.Read(ref _prefixHits)
        );
        One($"{prefix}:prompt_tokens_total", "counter", "Prompt tokens read.", Interlocked.Read(ref _promptTokens));
        One($"{prefix}:generation_tokens_total", "counter", "Tokens generated.", GenerationTokens);
        One(
            $"{prefix}:request_rejected_total",
            "counter",
            "Requests refused because the queue was full.",
            Interlocked.Read(ref _rejected)
        );
        One($"{prefix}:cuda_graphs", "gauge", "Graphs that steps were recorded as.", Volatile.Read(ref _graphs));
        One(
            $"{prefix}:cuda_graph_steps_total",
            "counter",
            "Steps that were computed by one of them.",
            Interlocked.Read(ref _graphSteps)
        );
        if (Volatile.Read(ref _graphTrouble) is { } trouble)
        {
            text.Append(
                $"# HELP {prefix}:cuda_graphs_off Why steps aren't recorded.\n"
                    + $"# TYPE {prefix}:cuda_graphs_off gauge\n"
                    + $"{prefix}:cuda_graphs_off{{{_label},reason=\"{Escaped(trouble)}\"}} 1\n"
            );
        }

        text.Append(
            $"# HELP {prefix}:request_success_total Sequences that ended.\n"
                + $"# TYPE {prefix}:request_success_total counter\n"
        );
        foreach (var reason in Enum.GetValues<FinishReason>())
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{prefix}:request_success_total{{{_label},finished_reason=\"{Name(reason)}\"}} "
                    + $"{Interlocked.Read(ref _finished[(int)reason])}\n"
            );
        }

        Histogram[] histograms = [TimeToFirstToken, InterTokenLatency, QueueTime, Latency];
        foreach (var histogram in histograms)
        {
            histogram.Write(text, _label);
        }

        return text.ToString();

        void One(string name, string type, string help, double value) =>
            text.Append(
                CultureInfo.InvariantCulture,
                $"# HELP {name} {help}\n# TYPE {name} {type}\n{name}{{{_label}}} {value}\n"
            );
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private static string Name(FinishReason reason) =>
        reason switch
        {
            FinishReason.Stop => "stop",
            FinishReason.Length => "length",
            _ => "abort",
        };
}
