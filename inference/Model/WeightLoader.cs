using GemmaInference.Native;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Moves a checkpoint to the device under the names of Hugging Face's Gemma classes.</summary>
internal static class WeightLoader
{
    /// <exception cref="InferenceException">
    /// A tensor is missing, or shaped otherwise than the configuration says.
    /// </exception>
    public static GemmaWeights Load(GemmaConfig config, Checkpoint checkpoint, ScalarType type, Device device)
    {
        var hidden = config.HiddenSize;
        var embedding = checkpoint.Read("model.embed_tokens.weight", [config.VocabSize, hidden], type, device);
        var head = config.TiedEmbeddings
            ? embedding
            : checkpoint.Read("lm_head.weight", [config.VocabSize, hidden], type, device);
        var layers = Enumerable
            .Range(0, config.Layers)
            .Select(layer => Layer(config, checkpoint, layer, type, device))
            .ToList();
        return new GemmaWeights(embedding, head, Norm(checkpoint, "model.norm.weight", hidden, device), layers);
    }

    private static LayerWeights Layer(
        GemmaConfig config,
        Checkpoint checkpoint,
        int layer,
        ScalarType type,
        Device device
    )
    {
        var prefix = $"model.layers.{layer}.";
        long hidden = config.HiddenSize,
            queries = (long)config.Heads * config.HeadDim,
            keys = (long)config.KvHeads * config.HeadDim;
        return new LayerWeights(
            Stack(("self_attn.q_proj", queries), ("self_attn.k_proj", keys), ("self_attn.v_proj", keys)),
            checkpoint.Read($"{prefix}self_attn.o_proj.weight", [hidden, queries], type, device),
            Stack(("mlp.gate_proj", config.IntermediateSize), ("mlp.up_proj", config.IntermediateSize)),
            checkpoint.Read($"{prefix}mlp.down_proj.weight", [hidden, config.IntermediateSize], type, device),
            Norm(checkpoint, $"{prefix}input_layernorm.weight", hidden, device),
            Norm(checkpoint, $"{prefix}post_attention_layernorm.weight", hidden, device),
            config.HasPostNorms ? Norm(checkpoint, $"{prefix}pre_feedforward_layernorm.weight", hidden, device) : null,
            config.HasPostNorms ? Norm(checkpoint, $"{prefix}post_feedforward_layernorm.weight", hidden, device) : null,
            config.HasQueryKeyNorms ? QueryKeyNorm(config, checkpoint, prefix, device) : null
        );

        Tensor Stack(params (string Name, long Rows)[] parts)
        {
            using var scope = TensorScope.Open();
            Tensor[] matrices =
            [
                .. parts.Select(part =>
                    checkpoint.Read($"{prefix}{part.Name}.weight", [part.Rows, hidden], type, device)
                ),
            ];
            return scope.Keep(Tensor.Concatenate(0, matrices));
        }
    }

    private static Tensor QueryKeyNorm(GemmaConfig config, Checkpoint checkpoint, string prefix, Device device)
    {
        using var scope = TensorScope.Open();
        var query = Norm(checkpoint, $"{prefix}self_attn.q_norm.weight", config.HeadDim, device)
            .Multiply(Attention.QueryFactor(config));
        var key = Norm(checkpoint, $"{prefix}self_attn.k_norm.weight", config.HeadDim, device);
        return scope.Keep(
            Tensor.Concatenate(
                0,
                query.Expand(config.Heads, config.HeadDim),
                key.Expand(config.KvHeads, config.HeadDim)
            )
        );
    }

    private static Tensor Norm(Checkpoint checkpoint, string name, long size, Device device)
    {
        using var stored = checkpoint.Read(name, [size], ScalarType.Float32, device);
        return stored.Add(1);
    }
}
