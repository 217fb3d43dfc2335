using GemmaInference.Model;
using GemmaInference.Model.Rope;
using GemmaInference.Native;

namespace Inference.Tests.Model;

[TestFixture]
internal sealed class ConfigTests
{
    [Test]
    public void Fields_left_out_get_the_defaults_of_their_generation()
    {
        var config = Read(
            """{"model_type":"gemma3","text_config":{"model_type":"gemma3_text","hidden_size":2560,"num_hidden_layers":34}}"""
        );
        Assert.That(
            (config.VocabSize, config.HiddenSize, config.Heads, config.KvHeads, config.HeadDim, config.MaxPositions),
            Is.EqualTo((262208, 2560, 8, 4, 256, 131072))
        );
        Assert.That(
            (config.GlobalRope, config.LocalRope),
            Is.EqualTo((new RopeSettings(1e6, 1), new RopeSettings(1e4, 1)))
        );
        Assert.That(config.Sliding.Take(7), Is.EqualTo(new[] { true, true, true, true, true, false, true }));
        Assert.That((config.AttentionCap, config.FinalCap), Is.EqualTo(((double?)null, (double?)null)));
    }

    [Test]
    public void Gemma_2_slides_on_every_first_of_two_layers_and_caps()
    {
        var config = Read("""{"model_type":"gemma2"}""");
        Assert.That(config.Sliding.Take(3), Is.EqualTo(new[] { true, false, true }));
        Assert.That((config.AttentionCap, config.FinalCap, config.SlidingWindow), Is.EqualTo((50d, 30d, 4096)));
    }

    [Test]
    public void An_explicit_null_switches_a_cap_off()
    {
        Assert.That(Read("""{"model_type":"gemma2","attn_logit_softcapping":null}""").AttentionCap, Is.Null);
    }

    [Test]
    public void Old_and_new_spellings_mean_the_same()
    {
        var old = Read(
            """{"model_type":"gemma3_text","torch_dtype":"bfloat16","rope_theta":1000000,"rope_local_base_freq":10000,"rope_scaling":{"rope_type":"linear","factor":8.0},"sliding_window_pattern":6,"num_hidden_layers":2}"""
        );
        var now = Read(
            """{"model_type":"gemma3_text","dtype":"bfloat16","num_hidden_layers":2,"layer_types":["sliding_attention","sliding_attention"],"rope_parameters":{"full_attention":{"rope_type":"linear","factor":8.0,"rope_theta":1000000},"sliding_attention":{"rope_type":"default","rope_theta":10000}}}"""
        );
        Assert.That(now with { Sliding = old.Sliding, EosTokens = old.EosTokens }, Is.EqualTo(old));
        Assert.That(now.Sliding, Is.EqualTo(old.Sliding));
        Assert.That(now.GlobalRope, Is.EqualTo(new RopeSettings(1e6, 8)));
    }

    /// <summary>As transformers 5 does with what people leave out or add by hand.</summary>
    [TestCase(
        """{"model_type":"gemma3_text","rope_parameters":{"full_attention":{"rope_type":"linear","factor":8.0}},"rope_local_base_freq":5000}""",
        1e6,
        8,
        5000
    )]
    [TestCase(
        """{"model_type":"gemma3_text","rope_theta":2e6,"rope_local_base_freq":5000,"rope_parameters":{"full_attention":{"rope_type":"default"},"sliding_attention":{"rope_type":"default"}}}""",
        2e6,
        1,
        5000
    )]
    [TestCase(
        """{"model_type":"gemma3_text","rope_scaling":{"rope_type":"linear","factor":4},"rope_parameters":{"full_attention":{"rope_type":"default","rope_theta":3e6},"sliding_attention":{"rope_theta":7000}}}""",
        3e6,
        4,
        7000
    )]
    [TestCase(
        """{"model_type":"gemma2","rope_scaling":{"type":"linear","factor":2},"rope_parameters":{"rope_type":"default","rope_theta":20000}}""",
        20000,
        2,
        20000
    )]
    [TestCase("""{"model_type":"gemma","rope_parameters":{"rope_type":"default"}}""", 10000, 1, 10000)]
    public void Rotary_settings_fall_back_on_one_another(string json, double theta, double factor, double local)
    {
        var config = Read(json);
        Assert.That((config.GlobalRope, config.LocalRope.Theta), Is.EqualTo((new RopeSettings(theta, factor), local)));
        Assert.That(config.LocalRope.Factor, Is.EqualTo(config.Generation == Generation.Gemma3 ? 1 : factor));
    }

    [TestCase("""{"model_type":"gemma2"}""", "1")]
    [TestCase("""{"model_type":"gemma3","text_config":{}}""", "1")]
    [TestCase("""{"model_type":"gemma3","text_config":{"eos_token_id":7}}""", "7")]
    [TestCase("""{"model_type":"gemma3","eos_token_id":[1,106],"text_config":{"eos_token_id":7}}""", "1,106")]
    public void A_generation_ends_with_1_unless_the_file_says_otherwise(string json, string eos) =>
        Assert.That(string.Join(',', Read(json).EosTokens), Is.EqualTo(eos));

    [TestCase("""{"model_type":"gemma","hidden_act":"gelu"}""")]
    [TestCase("""{"model_type":"gemma2","hidden_act":"gelu"}""")]
    public void An_activation_that_the_generation_does_not_read_is_no_reason_to_refuse(string json) =>
        Assert.That(() => Read(json), Throws.Nothing);

    /// <summary>The hub's own spellings, fields that say nothing of the text model left in.</summary>
    [TestCase(
        """{"architectures":["GemmaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":2,"eos_token_id":1,"head_dim":256,"hidden_act":"gelu","hidden_activation":null,"hidden_size":2048,"intermediate_size":16384,"max_position_embeddings":8192,"model_type":"gemma","num_attention_heads":8,"num_hidden_layers":18,"num_key_value_heads":1,"pad_token_id":0,"rms_norm_eps":1e-06,"rope_scaling":null,"rope_theta":10000.0,"torch_dtype":"bfloat16","use_cache":true,"vocab_size":256000}""",
        18,
        8,
        1,
        0,
        10000,
        1,
        256,
        "1"
    )]
    [TestCase(
        """{"architectures":["Gemma2ForCausalLM"],"attn_logit_softcapping":50.0,"cache_implementation":"hybrid","eos_token_id":1,"final_logit_softcapping":30.0,"head_dim":256,"hidden_act":"gelu_pytorch_tanh","hidden_activation":"gelu_pytorch_tanh","hidden_size":3584,"intermediate_size":14336,"model_type":"gemma2","num_attention_heads":16,"num_hidden_layers":42,"num_key_value_heads":8,"query_pre_attn_scalar":256,"rope_theta":10000.0,"sliding_window":4096,"sliding_window_size":4096,"torch_dtype":"bfloat16","vocab_size":256000}""",
        42,
        16,
        8,
        21,
        10000,
        1,
        256,
        "1"
    )]
    [TestCase(
        """{"architectures":["Gemma3ForCausalLM"],"attn_logit_softcapping":null,"cache_implementation":"hybrid","eos_token_id":[1,"""
            + """106],"final_logit_softcapping":null,"head_dim":256,"hidden_activation":"gelu_pytorch_tanh","hidden_size":1152,"intermediate_size":6912,"max_position_embeddings":32768,"model_type":"gemma3_text","num_attention_heads":4,"num_hidden_layers":26,"num_key_value_heads":1,"query_pre_attn_scalar":256,"rope_local_base_freq":10000,"rope_scaling":null,"rope_theta":1000000,"sliding_window":512,"sliding_window_pattern":6,"torch_dtype":"bfloat16","vocab_size":262144}""",
        26,
        4,
        1,
        22,
        1000000,
        1,
        256,
        "1,106"
    )]
    [TestCase(
        """{"architectures":["Gemma3ForConditionalGeneration"],"boi_token_index":255999,"eoi_token_index":256000,"eos_token_id":[1,"""
            + """106],"image_token_index":262144,"mm_tokens_per_image":256,"model_type":"gemma3","text_config":{"hidden_size":2560,"intermediate_size":10240,"model_type":"gemma3_text","num_hidden_layers":34,"rope_scaling":{"factor":8.0,"rope_type":"linear"},"sliding_window":1024},"torch_dtype":"bfloat16","vision_config":{"hidden_size":1152,"model_type":"siglip_vision_model","num_hidden_layers":27}}""",
        34,
        8,
        4,
        29,
        1000000,
        8,
        256,
        "1,106"
    )]
    [TestCase(
        """{"eos_token_id":[1,"""
            + """106],"model_type":"gemma3","text_config":{"head_dim":128,"hidden_size":5376,"intermediate_size":21504,"model_type":"gemma3_text","num_attention_heads":32,"num_hidden_layers":62,"num_key_value_heads":16,"query_pre_attn_scalar":168,"rope_scaling":{"factor":8.0,"rope_type":"linear"},"sliding_window":1024},"torch_dtype":"bfloat16"}""",
        62,
        32,
        16,
        52,
        1000000,
        8,
        168,
        "1,106"
    )]
    public void The_hubs_files_are_understood(
        string json,
        int layers,
        int heads,
        int kvHeads,
        int sliding,
        double theta,
        double factor,
        double scalar,
        string eos
    )
    {
        var config = Read(json);
        Assert.That(
            (config.Layers, config.Heads, config.KvHeads, config.Sliding.Count(slides => slides)),
            Is.EqualTo((layers, heads, kvHeads, sliding))
        );
        Assert.That(
            (config.GlobalRope, config.LocalRope),
            Is.EqualTo((new RopeSettings(theta, factor), new RopeSettings(10000, 1)))
        );
        Assert.That((config.QueryPreAttentionScalar, string.Join(',', config.EosTokens)), Is.EqualTo((scalar, eos)));
        Assert.That((config.DataType, config.TiedEmbeddings), Is.EqualTo(("bfloat16", true)));
    }

    [TestCase("""{"model_type":"gemma3n"}""", "'gemma3n' is not supported")]
    [TestCase("""{"model_type":"llama"}""", "'llama' is not supported")]
    [TestCase("""{}""", "model_type")]
    [TestCase("""[]""", "JSON object")]
    [TestCase("""{"model_type":""", "not valid JSON")]
    [TestCase(
        """{"model_type":"gemma","hidden_size":-1}""",
        "'hidden_size': expected a positive whole number, found -1"
    )]
    [TestCase("""{"model_type":"gemma","hidden_size":"big"}""", "hidden_size")]
    [TestCase("""{"model_type":"gemma","num_attention_heads":6,"num_key_value_heads":4}""", "does not divide")]
    [TestCase("""{"model_type":"gemma2","layer_types":["full_attention"]}""", "1 entries for 26 layers")]
    [TestCase("""{"model_type":"gemma","rope_scaling":{"type":"yarn","factor":2}}""", "'yarn' is not supported")]
    [TestCase("""{"model_type":"gemma2","hidden_activation":"relu"}""", "'relu' is not supported")]
    [TestCase("""{"model_type":"gemma","hidden_act":"relu"}""", "'hidden_act': 'relu' is not supported")]
    [TestCase("""{"model_type":"gemma","rope_scaling":{"type":"linear"}}""", "'factor': expected a positive number")]
    [TestCase("""{"model_type":"gemma","attention_bias":true}""", "attention_bias")]
    [TestCase("""{"model_type":"gemma","torch_dtype":"int8"}""", "'int8' is not supported")]
    public void What_cannot_be_run_is_refused_by_name(string json, string says)
    {
        Assert.That(() => Read(json), Throws.TypeOf<InferenceException>().With.Message.Contains(says));
    }

    [Test]
    public void A_directory_without_a_configuration_is_named()
    {
        using var scratch = new ScratchDirectory();
        Assert.That(
            () => GemmaConfigReader.ReadDirectory(scratch.Path),
            Throws.TypeOf<InferenceException>().With.Message.Contains(scratch["config.json"])
        );
    }

    private static GemmaConfig Read(string json) => GemmaConfigReader.Read(json, "config.json");
}
