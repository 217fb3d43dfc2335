using System.Globalization;

namespace Benchmarks.Llama.Models;

/// <summary>Says how large a model of Gemma 3's architecture is.</summary>
internal sealed record Shape(
    string Name,
    int Layers,
    int Hidden,
    int Heads,
    int KvHeads,
    int Intermediate,
    int Vocabulary
)
{
    public const int HeadDim = 256;
    public const int Window = 512;
    public const float Epsilon = 1e-6f;

    /// <summary>Gets Gemma 3 270M, and a model with Gemma 2 2B's sizes.</summary>
    public static IReadOnlyList<Shape> All { get; } =
    [
        new("270M", 18, 640, 4, 1, 2048, 262_144),
        new("2B", 26, 2304, 8, 4, 9216, 256_000),
        new("tiny", 6, 128, 4, 1, 256, 512),
    ];

    public int Queries => Heads * HeadDim;

    public int Keys => KvHeads * HeadDim;

    /// <summary>Gets what <c>config.json</c> says of it.</summary>
    public string Config =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {
              "model_type": "gemma3_text", "vocab_size": {{Vocabulary}}, "hidden_size": {{Hidden}},
              "intermediate_size": {{Intermediate}}, "num_hidden_layers": {{Layers}},
              "num_attention_heads": {{Heads}}, "num_key_value_heads": {{KvHeads}}, "head_dim": {{HeadDim}},
              "query_pre_attn_scalar": {{HeadDim}}, "sliding_window": {{Window}}, "max_position_embeddings": 4096
            }
            """
        );
}
