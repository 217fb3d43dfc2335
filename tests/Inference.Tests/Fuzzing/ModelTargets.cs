using GemmaInference.Api.Requests;
using GemmaInference.Model;
using GemmaInference.Model.Embedding;
using Tests.Shared.Fuzzing;

namespace Inference.Tests.Fuzzing;

/// <summary>What says of a model what it is, and what is to be embedded by one.</summary>
internal static class ModelTargets
{
    private static readonly string Scratch = Directory.CreateTempSubdirectory("fuzz-modules-").FullName;

    public static readonly FuzzTarget[] All =
    [
        FuzzTarget.OfText(
            "config",
            text => FuzzTests.Judged(() => GemmaConfigReader.Read(text, "config.json").ToString().Length),
            """{"model_type":"gemma3_text","architectures":["Gemma3ForCausalLM"],"hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"head_dim":16,"intermediate_size":128,"vocab_size":256,"max_position_embeddings":512,"rms_norm_eps":1e-6,"rope_theta":10000.0,"sliding_window":32,"query_pre_attn_scalar":16}""",
            """{"model_type":"gemma4","text_config":{"model_type":"gemma4_text","num_hidden_layers":3,"layer_types":["sliding_attention","full_attention","full_attention"],"global_head_dim":32,"num_global_key_value_heads":1,"attention_k_eq_v":true,"num_kv_shared_layers":1,"hidden_size_per_layer_input":null,"enable_moe_block":true,"num_experts":4,"top_k_experts":2,"moe_intermediate_size":8,"rope_parameters":{"full_attention":{"rope_type":"proportional","partial_rotary_factor":0.25},"sliding_attention":{}}}}"""
        ) with
        {
            Words =
            [
                "\"rope_scaling\":{",
                "\"layer_types\":[",
                "\"text_config\":{",
                "\"quantization_config\":{}",
                "\"model_type\":\"gemma4_unified\"",
                "\"use_bidirectional_attention\":true",
                "\"num_kv_shared_layers\":",
                "\"num_hidden_layers\":2147483647",
            ],
        },
        FuzzTarget.OfText(
            "modules",
            text =>
            {
                File.WriteAllText(Path.Combine(Scratch, "modules.json"), text);
                return FuzzTests.Judged(() => SentenceModules.Read(Scratch).Dense.Count);
            },
            """[{"path":"","type":"sentence_transformers.models.Transformer"},{"path":"1_Pooling","type":"sentence_transformers.models.Pooling"},{"path":"2_Dense","type":"sentence_transformers.models.Dense"},{"path":"4_Normalize","type":"sentence_transformers.models.Normalize"}]"""
        ) with
        {
            Words = ["\"path\":\"../x\"", "\"path\":null", "\"type\":null", "\"type\":\"Dense\""],
            Share = 0.25,
        },
        new(
            "embeddings",
            bytes => FuzzTests.Judged(() => JsonBody.Read(bytes, EmbeddingReader.Read).Inputs.Count),
            """{"model":"m","input":["a",[1,2]],"encoding_format":"base64","dimensions":128,"prompt_name":"query","user":"u"}"""
        )
        {
            Words =
            [
                "\"input\":[[1],",
                "\"input\":\"",
                "\"dimensions\":0",
                "\"encoding_format\":\"float\"",
                "\"input\":[]",
            ],
        },
    ];
}
