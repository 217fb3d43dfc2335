using System.Text.Json.Nodes;
using GemmaInference.Model;
using GemmaInference.Text;

namespace Inference.Tests.Engine;

/// <summary>
/// Makes a small Gemma 4 of a directory with the tiny model: shared keys, experts, its tokens for turns.
/// </summary>
internal static class TinyGemma4
{
    /// <summary>Ids of Gemma 4's own tokens, after those of the tiny tokenizer.</summary>
    private static readonly string[] Added =
    [
        "<|turn>",
        "<turn|>",
        "<|channel>",
        "<channel|>",
        "<|think|>",
        "<|tool>",
        "<tool|>",
        "<|tool_call>",
        "<tool_call|>",
        "<|tool_response>",
        "<tool_response|>",
        "<|\"|>",
    ];

    /// <summary>Returns the tokenizer that <see cref="Write"/> writes.</summary>
    public static Tokenizer Tokens(string directory)
    {
        var path = Path.Combine(directory, "tokenizer.json");
        File.WriteAllText(path, Tokenizer(SentencePieceModel.ReadFile(TorchForTests.Reference("tiny.model"))));
        return new Tokenizer(TokenizerJson.ReadFile(path));
    }

    public static void Write(string directory, string? template)
    {
        var tiny = SentencePieceModel.ReadFile(TorchForTests.Reference("tiny.model"));
        var config = Config(tiny.Pieces.Count + Added.Length);
        File.WriteAllText(Path.Combine(directory, "config.json"), config);
        HashedWeights.Write(
            GemmaConfigReader.Read(config, "config.json"),
            Path.Combine(directory, "model.safetensors")
        );
        File.Delete(Path.Combine(directory, "tokenizer.model"));
        File.WriteAllText(Path.Combine(directory, "tokenizer.json"), Tokenizer(tiny));
        if (template is not null)
        {
            File.WriteAllText(Path.Combine(directory, "chat_template.jinja"), template);
        }
    }

    private static string Config(int vocabulary) =>
        $$"""
            {
              "model_type": "gemma4_text", "dtype": "float32", "vocab_size": {{vocabulary}},
              "vocab_size_per_layer_input": {{vocabulary}}, "hidden_size": 64, "intermediate_size": 96,
              "num_hidden_layers": 6, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
              "global_head_dim": 32, "num_global_key_value_heads": 1, "attention_k_eq_v": true,
              "num_kv_shared_layers": 2, "use_double_wide_mlp": true, "hidden_size_per_layer_input": 8,
              "enable_moe_block": true, "num_experts": 4, "top_k_experts": 2, "moe_intermediate_size": 32,
              "sliding_window": 32, "final_logit_softcapping": 30.0, "max_position_embeddings": 2048,
              "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention",
                "sliding_attention", "full_attention"]
            }
            """;

    /// <summary>Without merges: each character is a token, which is enough to see how turns are laid out.</summary>
    private static string Tokenizer(SentencePieceModel tiny)
    {
        var vocabulary = new JsonObject();
        foreach (var (id, piece) in tiny.Pieces.Index())
        {
            vocabulary.TryAdd(piece.Text, id);
        }

        var added = new JsonArray();
        foreach (var (index, name) in Added.Index())
        {
            added.Add(
                new JsonObject
                {
                    ["id"] = tiny.Pieces.Count + index,
                    ["content"] = name,
                    ["special"] = true,
                }
            );
        }

        return new JsonObject
        {
            ["added_tokens"] = added,
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Replace",
                ["pattern"] = new JsonObject { ["String"] = " " },
                ["content"] = "▁",
            },
            ["pre_tokenizer"] = null,
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["byte_fallback"] = true,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray(),
            },
        }.ToJsonString();
    }
}
