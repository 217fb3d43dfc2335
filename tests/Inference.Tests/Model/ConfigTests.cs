using GemmaInference.Model;
using GemmaInference.Native;

namespace Inference.Tests.Model;

[TestFixture]
internal sealed class ConfigTests
{
    [Test]
    public void Fields_left_out_get_the_defaults_of_their_generation()
    {
        var config = Read("""{"model_type":"gemma3","text_config":{"model_type":"gemma3_text","hidden_size":2560,"num_hidden_layers":34}}""");
        Assert.That(
            (config.VocabSize, config.HiddenSize, config.Heads, config.KvHeads, config.HeadDim, config.MaxPositions),
            Is.EqualTo((262208, 2560, 8, 4, 256, 131072)));
        Assert.That((config.GlobalRope, config.LocalRope), Is.EqualTo((new RopeSettings(1e6, 1), new RopeSettings(1e4, 1))));
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
        var old = Read("""{"model_type":"gemma3_text","torch_dtype":"bfloat16","rope_theta":1000000,"rope_local_base_freq":10000,"rope_scaling":{"rope_type":"linear","factor":8.0},"sliding_window_pattern":6,"num_hidden_layers":2}""");
        var now = Read("""{"model_type":"gemma3_text","dtype":"bfloat16","num_hidden_layers":2,"layer_types":["sliding_attention","sliding_attention"],"rope_parameters":{"full_attention":{"rope_type":"linear","factor":8.0,"rope_theta":1000000},"sliding_attention":{"rope_type":"default","rope_theta":10000}}}""");
        Assert.That(now with { Sliding = old.Sliding, EosTokens = old.EosTokens }, Is.EqualTo(old));
        Assert.That(now.Sliding, Is.EqualTo(old.Sliding));
        Assert.That(now.GlobalRope, Is.EqualTo(new RopeSettings(1e6, 8)));
    }

    [TestCase("""{"model_type":"gemma4"}""", "'gemma4' is not supported")]
    [TestCase("""{"model_type":"gemma3n"}""", "'gemma3n' is not supported")]
    [TestCase("""{"model_type":"llama"}""", "'llama' is not supported")]
    [TestCase("""{}""", "model_type")]
    [TestCase("""[]""", "JSON object")]
    [TestCase("""{"model_type":""", "not valid JSON")]
    [TestCase("""{"model_type":"gemma","hidden_size":-1}""", "hidden_size: expected a positive whole number, found -1")]
    [TestCase("""{"model_type":"gemma","hidden_size":"big"}""", "hidden_size")]
    [TestCase("""{"model_type":"gemma","num_attention_heads":6,"num_key_value_heads":4}""", "does not divide")]
    [TestCase("""{"model_type":"gemma2","layer_types":["full_attention"]}""", "1 entries for 26 layers")]
    [TestCase("""{"model_type":"gemma","rope_scaling":{"type":"yarn","factor":2}}""", "'yarn' is not supported")]
    [TestCase("""{"model_type":"gemma2","hidden_activation":"relu"}""", "'relu' is not supported")]
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
        Assert.That(() => GemmaConfigReader.ReadDirectory(scratch.Path), Throws.TypeOf<InferenceException>().With.Message.Contains(scratch["config.json"]));
    }

    private static GemmaConfig Read(string json) => GemmaConfigReader.Read(json, "config.json");
}
