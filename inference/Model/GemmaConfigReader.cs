using System.Text.Json;
using GemmaInference.Model.Fields;
using GemmaInference.Model.Rope;
using GemmaInference.Native;

namespace GemmaInference.Model;

/// <summary>
/// Reads Hugging Face's <c>config.json</c> in its old spelling (<c>torch_dtype</c>, <c>rope_theta</c>,
/// <c>rope_scaling</c>) and its new one (<c>dtype</c>, <c>rope_parameters</c>, <c>layer_types</c>), nested or not.
/// Defaults are those of transformers' configuration classes, because the hub's files leave them out.
/// </summary>
internal static class GemmaConfigReader
{
    /// <summary>Bounds layers, so that one odd number makes no list of gigabytes.</summary>
    private const int MostLayers = 1000;

    private static readonly Dictionary<string, Generation> Known = new(StringComparer.Ordinal)
    {
        ["gemma"] = Generation.Gemma1,
        ["gemma2"] = Generation.Gemma2,
        ["gemma3"] = Generation.Gemma3,
        ["gemma3_text"] = Generation.Gemma3,
        ["gemma4"] = Generation.Gemma4,
        ["gemma4_text"] = Generation.Gemma4,
        ["gemma4_unified"] = Generation.Gemma4,
        ["gemma4_unified_text"] = Generation.Gemma4,
    };

    /// <summary>Gets the values of <c>model_type</c> that it knows, in order; images carry them as a label.</summary>
    public static IEnumerable<string> ModelTypes => Known.Keys.Order(StringComparer.Ordinal);

    /// <summary>Reads the file in a model directory.</summary>
    /// <exception cref="InferenceException">
    /// The file is missing, malformed, or describes a model that can't be run.
    /// </exception>
    public static GemmaConfig ReadDirectory(string directory)
    {
        var path = Path.Combine(directory, "config.json");
        if (!File.Exists(path))
        {
            throw new InferenceException(
                path,
                "not found; MODEL_PATH must hold a model: give one by spec.rollout.server.model.existingClaim, "
                    + ".image or .hub"
            );
        }

        return Read(File.ReadAllText(path), path);
    }

    /// <param name="json">The file's text.</param>
    /// <param name="path">Its name, for messages.</param>
    public static GemmaConfig Read(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InferenceException(path, "expected a JSON object");
            }

            return Read(new ConfigFields(document.RootElement, path));
        }
        // Half a pair of surrogates is found out only where the text is asked for.
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InferenceException(path, $"not valid JSON: {cause.Message}", cause);
        }
    }

    private static GemmaConfig Read(ConfigFields top)
    {
        var type = top.Text("model_type") ?? "(none)";
        if (!Known.TryGetValue(type, out var generation))
        {
            throw top.Refuse(
                "model_type",
                $"'{type}' is not supported; expected one of {string.Join(", ", Known.Keys)}"
            );
        }

        var text = top.Nested("text_config") ?? top;
        if (top.Has("quantization_config") || text.Has("quantization_config"))
        {
            throw top.Refuse("quantization_config", "quantised weights are not supported; take the model in bfloat16");
        }

        var isBidirectional = IsBidirectional(text, generation);
        Refuse(text, generation);
        var isUnified = type.StartsWith("gemma4_unified", StringComparison.Ordinal);
        var defaults = Defaults.Of(generation, isUnified);
        var layers = text.PositiveInt(defaults.Layers, "num_hidden_layers");
        if (layers > MostLayers)
        {
            throw text.Refuse("num_hidden_layers", $"expected at most {MostLayers}, found {layers}");
        }

        var heads = text.PositiveInt(defaults.Heads, "num_attention_heads");
        var kvHeads = text.PositiveInt(defaults.KvHeads, "num_key_value_heads");
        if (heads % kvHeads != 0)
        {
            throw text.Refuse("num_key_value_heads", $"{kvHeads} does not divide num_attention_heads {heads}");
        }

        var headDim = text.PositiveInt(256, "head_dim");
        if (headDim % 2 != 0)
        {
            throw text.Refuse("head_dim", $"expected an even number, found {headDim}");
        }

        var (global, local) =
            generation == Generation.Gemma4
                ? RopeReader.ReadProportional(text)
                : RopeReader.Read(text, hasLocal: generation == Generation.Gemma3);
        var window =
            generation == Generation.Gemma1 ? int.MaxValue : text.PositiveInt(defaults.Window, "sliding_window");
        var config = new GemmaConfig
        {
            Generation = generation,
            VocabSize = text.PositiveInt(defaults.Vocab, "vocab_size"),
            HiddenSize = text.PositiveInt(defaults.Hidden, "hidden_size"),
            IntermediateSize = text.PositiveInt(defaults.Intermediate, "intermediate_size"),
            Layers = layers,
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = headDim,
            GlobalHeadDim = headDim,
            GlobalKvHeads = kvHeads,
            MaxPositions = text.PositiveInt(defaults.Positions, "max_position_embeddings"),
            RmsEpsilon = text.Positive(1e-6, "rms_norm_eps"),
            QueryPreAttentionScalar = generation switch
            {
                Generation.Gemma1 => headDim,
                Generation.Gemma4 => 1,
                _ => text.Positive(256, "query_pre_attn_scalar"),
            },
            AttentionCap = generation is Generation.Gemma1 or Generation.Gemma4
                ? null
                : text.Cap("attn_logit_softcapping", defaults.AttentionCap),
            FinalCap = generation == Generation.Gemma1 ? null : text.Cap("final_logit_softcapping", defaults.FinalCap),
            // Half of it lies on either side, the token itself included (transformers' Gemma3TextConfig).
            SlidingWindow = isBidirectional ? (window / 2) + 1 : window,
            Sliding = Sliding(text, generation, layers),
            GlobalRope = global,
            LocalRope = local,
            TiedEmbeddings = text.Flag("tie_word_embeddings", top.Flag("tie_word_embeddings", true)),
            DataType = DataType(text, top),
            EosTokens = EosTokens(text, top),
            IsBidirectional = isBidirectional,
        };
        return generation == Generation.Gemma4 ? Gemma4Reader.Complete(config, text, isUnified) : config;
    }

    /// <summary>Returns whether tokens of a text see those after them; those of images are never read here.</summary>
    private static bool IsBidirectional(ConfigFields text, Generation generation) =>
        generation != Generation.Gemma4 ? text.Flag("use_bidirectional_attention", false)
        : text.Text("use_bidirectional_attention") is null or "vision" ? false
        : throw text.Refuse("use_bidirectional_attention", "expected vision or null, as Gemma 4 embeds no text");

    private static void Refuse(ConfigFields text, Generation generation)
    {
        if (text.Flag("attention_bias", false))
        {
            throw text.Refuse("attention_bias", "biases are not supported");
        }

        if (generation != Generation.Gemma3 && IsBidirectional(text, generation))
        {
            throw text.Refuse("use_bidirectional_attention", "only embedding models of Gemma 3 are supported");
        }

        if (text.Text("hidden_activation") is { } activation)
        {
            if (activation != "gelu_pytorch_tanh")
            {
                throw text.Refuse("hidden_activation", $"'{activation}' is not supported; expected gelu_pytorch_tanh");
            }
        }
        else if (
            generation == Generation.Gemma1
            && text.Text("hidden_act") is { } old
            && old is not ("gelu_pytorch_tanh" or "gelu")
        )
        {
            // Gemma 1's first files said "gelu" here and meant the tanh form; later generations don't read the field.
            throw text.Refuse("hidden_act", $"'{old}' is not supported; expected gelu_pytorch_tanh");
        }
    }

    private static IReadOnlyList<int> EosTokens(ConfigFields text, ConfigFields top) =>
        top.Ints("eos_token_id") is { Count: > 0 } outer ? outer
        : text.Ints("eos_token_id") is { Count: > 0 } inner ? inner
        : [1];

    private static IReadOnlyList<bool> Sliding(ConfigFields text, Generation generation, int layers)
    {
        if (generation == Generation.Gemma1)
        {
            return new bool[layers];
        }

        if (text.Texts("layer_types") is not { } types)
        {
            var pattern =
                generation == Generation.Gemma2
                    ? 2
                    : text.PositiveInt(6, "sliding_window_pattern", "_sliding_window_pattern");
            return [.. Enumerable.Range(1, layers).Select(layer => layer % pattern != 0)];
        }

        if (types.Count != layers)
        {
            throw text.Refuse("layer_types", $"{types.Count} entries for {layers} layers");
        }

        if (types.FirstOrDefault(type => type is not ("sliding_attention" or "full_attention")) is { } unknown)
        {
            throw text.Refuse(
                "layer_types",
                $"'{unknown}' is not supported; expected sliding_attention or full_attention"
            );
        }

        return [.. types.Select(type => type == "sliding_attention")];
    }

    private static string DataType(ConfigFields text, ConfigFields top)
    {
        var type = text.Text("dtype", "torch_dtype") ?? top.Text("dtype", "torch_dtype") ?? "float32";
        return type is "float32" or "float16" or "bfloat16"
            ? type
            : throw top.Refuse("dtype", $"'{type}' is not supported; expected float32, float16 or bfloat16");
    }

    private sealed record Defaults(
        int Vocab,
        int Hidden,
        int Intermediate,
        int Layers,
        int Heads,
        int KvHeads,
        int Positions,
        int Window,
        double? AttentionCap,
        double? FinalCap
    )
    {
        public static Defaults Of(Generation generation, bool isUnified) =>
            generation switch
            {
                Generation.Gemma1 => new(256000, 3072, 24576, 28, 16, 16, 8192, 4096, null, null),
                Generation.Gemma2 => new(256000, 2304, 9216, 26, 8, 4, 8192, 4096, 50, 30),
                Generation.Gemma4 when isUnified => new(262144, 2304, 9216, 30, 8, 4, 262144, 1024, null, null),
                Generation.Gemma4 => new(262144, 2304, 9216, 30, 8, 4, 131072, 512, null, null),
                _ => new(262208, 2304, 9216, 26, 8, 4, 131072, 4096, null, null),
            };
    }
}
