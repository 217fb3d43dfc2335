namespace GemmaInference.Model;

/// <summary>
/// Writes a complete model directory of 2 MB for tries and tests: Gemma 3 in small, hashed weights, a trained
/// tokenizer. It answers at once, and what it says means nothing.
/// </summary>
internal static class TinyModel
{
    private const string Config = """
        {
          "architectures": ["Gemma3ForCausalLM"],
          "model_type": "gemma3_text",
          "vocab_size": 999,
          "hidden_size": 64,
          "intermediate_size": 128,
          "num_hidden_layers": 6,
          "num_attention_heads": 4,
          "num_key_value_heads": 2,
          "head_dim": 32,
          "max_position_embeddings": 2048,
          "sliding_window": 64,
          "query_pre_attn_scalar": 32,
          "rope_theta": 1000000,
          "rope_local_base_freq": 10000,
          "torch_dtype": "float32",
          "eos_token_id": 1
        }
        """;

    /// <summary>Writes config.json, generation_config.json, tokenizer.model and model.safetensors.</summary>
    public static void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "config.json"), Config + "\n");
        File.WriteAllText(Path.Combine(directory, "generation_config.json"), "{\"eos_token_id\": [1]}\n");
        using (var tokenizer = typeof(TinyModel).Assembly.GetManifestResourceStream("tiny.model")!)
        using (var file = File.Create(Path.Combine(directory, "tokenizer.model")))
        {
            tokenizer.CopyTo(file);
        }

        HashedWeights.Write(
            GemmaConfigReader.Read(Config, "config.json"),
            Path.Combine(directory, "model.safetensors")
        );
    }
}
