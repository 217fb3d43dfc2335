using GemmaInference.Model.Fields;
using GemmaInference.Model.Mixture;
using GemmaInference.Native;

namespace GemmaInference.Model;

/// <summary>
/// Reads what only Gemma 4 has. Defaults are those of transformers' <c>Gemma4TextConfig</c> and
/// <c>Gemma4UnifiedTextConfig</c>; what those say in a way that isn't understood here is refused by name.
/// </summary>
internal static class Gemma4Reader
{
    /// <param name="config">What all generations have.</param>
    /// <param name="isUnified">Whether it is of the kind of 12B, which is told nothing layer by layer.</param>
    /// <exception cref="InferenceException">A field asks for what isn't known.</exception>
    public static GemmaConfig Complete(GemmaConfig config, ConfigFields text, bool isUnified)
    {
        if (text.Has("per_layer_config"))
        {
            throw text.Refuse(
                "per_layer_config",
                "shapes layer by layer are not supported; expected global_head_dim and num_global_key_value_heads"
            );
        }

        var keyIsValue = text.Flag("attention_k_eq_v", false);
        bool[] sliding = [.. config.Sliding.SkipLast(1), false];
        var completed = config with
        {
            // As transformers does: the last layer sees everything, whatever the file says.
            Sliding = sliding,
            KeyIsValue = keyIsValue,
            GlobalHeadDim = text.Count("global_head_dim", 512),
            GlobalKvHeads = keyIsValue
                ? text.PositiveInt(config.KvHeads, "num_global_key_value_heads")
                : config.KvHeads,
            SharingLayers = text.Count("num_kv_shared_layers", 0),
            DoubleWide = text.Flag("use_double_wide_mlp", false),
            PerLayerSize = text.Count("hidden_size_per_layer_input", isUnified ? 0 : 256),
            Experts = Experts(text),
        };
        Check(completed, text);
        return completed;
    }

    private static ExpertShape? Experts(ConfigFields text)
    {
        if (!text.Flag("enable_moe_block", false))
        {
            return null;
        }

        var shape = new ExpertShape(Needed("num_experts"), Needed("top_k_experts"), Needed("moe_intermediate_size"));
        return shape.Chosen <= shape.Count
            ? shape
            : throw text.Refuse("top_k_experts", $"{shape.Chosen} are more than num_experts {shape.Count}");

        int Needed(string name) =>
            text.Has(name)
                ? text.PositiveInt(1, name)
                : throw text.Refuse(name, "expected a number, as enable_moe_block is true");
    }

    private static void Check(GemmaConfig config, ConfigFields text)
    {
        if (config.GlobalHeadDim is 0 || config.GlobalHeadDim % 2 != 0)
        {
            throw text.Refuse("global_head_dim", "expected an even number above 0");
        }

        if (config.Heads % config.GlobalKvHeads != 0)
        {
            throw text.Refuse(
                "num_global_key_value_heads",
                $"{config.GlobalKvHeads} does not divide num_attention_heads {config.Heads}"
            );
        }

        var owning = config.Sliding.SkipLast(config.SharingLayers).ToList();
        if (config.Sliding.Any(slides => !owning.Contains(slides)))
        {
            throw text.Refuse(
                "num_kv_shared_layers",
                $"of {config.Layers} layers the last {config.SharingLayers} have none of their kind before them"
            );
        }

        if (config.PerLayerSize > 0 && text.PositiveInt(262144, "vocab_size_per_layer_input") != config.VocabSize)
        {
            throw text.Refuse("vocab_size_per_layer_input", $"expected vocab_size, which is {config.VocabSize}");
        }
    }
}
