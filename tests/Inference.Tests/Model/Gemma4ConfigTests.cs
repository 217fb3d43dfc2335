using GemmaInference.Model;
using GemmaInference.Model.Mixture;
using GemmaInference.Model.Rope;
using GemmaInference.Native;

namespace Inference.Tests.Model;

/// <summary>What only Gemma 4's config.json says, with the values of the hub's files.</summary>
internal sealed class Gemma4ConfigTests
{
    private const string Ropes = """
        "rope_parameters":{"full_attention":{"partial_rotary_factor":0.25,"rope_theta":1000000.0,"rope_type":"proportional"},"sliding_attention":{"rope_theta":10000.0,"rope_type":"default"}}
        """;

    [Test]
    public void The_31B_has_wider_heads_where_everything_is_seen_and_keys_that_are_values()
    {
        var config = Read(
            $$$"""{"model_type":"gemma4","eos_token_id":[1,106],"dtype":"bfloat16","text_config":{"model_type":"gemma4_text","attention_k_eq_v":true,"enable_moe_block":false,"final_logit_softcapping":30.0,"global_head_dim":512,"head_dim":256,"hidden_activation":"gelu_pytorch_tanh","hidden_size":5376,"hidden_size_per_layer_input":0,"intermediate_size":21504,"max_position_embeddings":262144,"num_attention_heads":32,"num_global_key_value_heads":4,"num_hidden_layers":60,"num_key_value_heads":16,"num_kv_shared_layers":0,{{{Ropes}}},"sliding_window":1024,"use_bidirectional_attention":"vision","use_double_wide_mlp":false,"vocab_size":262144}}"""
        );
        var shapes = LayerShape.All(config);
        Assert.That(shapes[0], Is.EqualTo(new LayerShape(true, 16, 256, 21504, 0, true, false)));
        Assert.That(shapes[59], Is.EqualTo(new LayerShape(false, 4, 512, 21504, 59, true, true)));
        Assert.That(shapes.Count(shape => shape.Slides), Is.EqualTo(50));
        Assert.That(
            (config.GlobalRope, config.LocalRope),
            Is.EqualTo((new RopeSettings(1e6, 1, 0.25), new RopeSettings(1e4, 1)))
        );
        Assert.That((config.FinalCap, config.AttentionCap, config.NormOffset), Is.EqualTo((30.0, (double?)null, 0)));
        Assert.That(
            (config.PerLayerSize, config.Experts, config.IsBidirectional),
            Is.EqualTo((0, (ExpertShape?)null, false))
        );
    }

    [Test]
    public void The_E2B_shares_keys_among_its_last_layers_and_tells_each_of_every_token()
    {
        var types = string.Join(
            ',',
            Enumerable.Range(1, 35).Select(i => i % 5 == 0 ? "\"full_attention\"" : "\"sliding_attention\"")
        );
        var config = Read(
            $$$"""{"model_type":"gemma4","text_config":{"hidden_size":1536,"num_hidden_layers":35,"num_attention_heads":8,"num_key_value_heads":1,"head_dim":256,"global_head_dim":512,"num_global_key_value_heads":null,"attention_k_eq_v":false,"sliding_window":512,"vocab_size":262144,"vocab_size_per_layer_input":262144,"hidden_size_per_layer_input":256,"num_kv_shared_layers":20,"use_double_wide_mlp":true,"intermediate_size":6144,"final_logit_softcapping":30.0,"layer_types":[{{{types}}}]}}"""
        );
        var shapes = LayerShape.All(config);
        Assert.That(shapes[14], Is.EqualTo(new LayerShape(false, 1, 512, 6144, 14, true, false)));
        Assert.That(shapes[15], Is.EqualTo(new LayerShape(true, 1, 256, 12288, 13, false, false)));
        Assert.That(shapes[34], Is.EqualTo(new LayerShape(false, 1, 512, 12288, 14, false, false)));
        Assert.That(config.PerLayerSize, Is.EqualTo(256));
        // 12 sliding layers with 256 channels and 3 full ones with 512 hold something; the other 20 read it.
        Assert.That(
            KvCache.BytesPerSlot(config, 32768, 512, 2),
            Is.EqualTo(4L * ((12 * 256 * (511 + 512)) + (3 * 512 * 32768)))
        );
    }

    [Test]
    public void The_12B_is_told_nothing_layer_by_layer_and_the_26B_has_experts()
    {
        var unified = Read("""{"model_type":"gemma4_unified","text_config":{"model_type":"gemma4_unified_text"}}""");
        Assert.That((unified.PerLayerSize, unified.SlidingWindow, unified.MaxPositions), Is.EqualTo((0, 1024, 262144)));
        var experts = Read(
            """{"model_type":"gemma4_text","enable_moe_block":true,"num_experts":128,"top_k_experts":8,"moe_intermediate_size":704}"""
        );
        Assert.That(experts.Experts, Is.EqualTo(new ExpertShape(128, 8, 704)));
        Assert.That((experts.PerLayerSize, experts.SlidingWindow), Is.EqualTo((256, 512)), "transformers' defaults");
    }

    [TestCase("""layer_types":["sliding_attention","sliding_attention"],"num_hidden_layers":2""", false)]
    [TestCase("""layer_types":["sliding_attention","full_attention"],"num_hidden_layers":2""", false)]
    public void The_last_layer_sees_everything_whatever_the_file_says(string fields, bool slides) =>
        Assert.That(Read($$"""{"model_type":"gemma4_text","{{fields}}}""").Sliding[^1], Is.EqualTo(slides));

    [TestCase("\"per_layer_config\":{}", "per_layer_config")]
    [TestCase("\"use_bidirectional_attention\":\"all\"", "use_bidirectional_attention")]
    [TestCase("\"global_head_dim\":null", "global_head_dim")]
    [TestCase("\"global_head_dim\":7", "global_head_dim")]
    [TestCase("\"num_kv_shared_layers\":30", "num_kv_shared_layers")]
    [TestCase("\"num_kv_shared_layers\":26", "num_kv_shared_layers")]
    [TestCase("\"num_kv_shared_layers\":-1", "num_kv_shared_layers")]
    [TestCase("\"vocab_size_per_layer_input\":5", "vocab_size_per_layer_input")]
    [TestCase("\"attention_k_eq_v\":true,\"num_global_key_value_heads\":3", "num_global_key_value_heads")]
    [TestCase("\"enable_moe_block\":true", "num_experts")]
    [TestCase(
        "\"enable_moe_block\":true,\"num_experts\":2,\"top_k_experts\":3,\"moe_intermediate_size\":8",
        "top_k_experts"
    )]
    [TestCase("\"rope_parameters\":{\"sliding_attention\":{}}", "full_attention")]
    [TestCase(
        "\"rope_parameters\":{\"full_attention\":{\"rope_type\":\"yarn\"},\"sliding_attention\":{}}",
        "rope_type"
    )]
    [TestCase(
        "\"rope_parameters\":{\"full_attention\":{\"partial_rotary_factor\":0.5},\"sliding_attention\":{}}",
        "partial_rotary_factor"
    )]
    public void What_is_not_understood_is_refused_by_name(string field, string name) =>
        Assert.That(
            () => Read($$"""{"model_type":"gemma4_text",{{field}}}"""),
            Throws.TypeOf<InferenceException>().With.Message.Contains($"'{name}'")
        );

    private static GemmaConfig Read(string json) => GemmaConfigReader.Read(json, "config.json");
}
