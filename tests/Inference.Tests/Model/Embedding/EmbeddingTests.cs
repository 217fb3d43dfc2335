using System.Text.Json;
using GemmaInference.Engine.Embedding;
using GemmaInference.Model;
using GemmaInference.Model.Embedding;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace Inference.Tests.Model.Embedding;

/// <summary>Embeddings against the reference: both directions, the window on either side, mean, dense layers.</summary>
internal sealed class EmbeddingTests
{
    private const double Tolerance = 1e-5;

    private static readonly JsonElement Golden = JsonDocument
        .Parse(File.ReadAllText(TorchForTests.Reference("golden_embeddings.json")))
        .RootElement;

    private static readonly (int[] Tokens, float[] Embedding)[] Cases =
    [
        .. Golden
            .GetProperty("sequences")
            .EnumerateArray()
            .Select(item =>
                (
                    item.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32()).ToArray(),
                    item.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray()
                )
            ),
    ];

    [Test]
    public void Each_text_alone_and_all_together_equal_the_reference()
    {
        using var model = new TinyModelThatEmbeds();
        foreach (var (tokens, expected) in Cases)
        {
            Assert.That(Worst(model.Embed(tokens)[0], expected), Is.LessThan(Tolerance));
        }

        // Slots hold what others left there by now.
        var together = model.Embed([.. Cases.Reverse().Select(item => item.Tokens)]);
        foreach (var (embedding, (_, expected)) in together.Zip(Cases.Reverse()))
        {
            Assert.That(Worst(embedding, expected), Is.LessThan(Tolerance));
        }
    }

    [TestCase("window")]
    [TestCase("direction")]
    public void A_wrong_setting_is_seen(string what)
    {
        using var model = new TinyModelThatEmbeds(config =>
            what == "window"
                ? config with
                {
                    SlidingWindow = config.SlidingWindow - 1,
                }
                : config with
                {
                    IsBidirectional = false,
                }
        );
        Assert.That(Worst(model.Embed(Cases[0].Tokens)[0], Cases[0].Embedding), Is.GreaterThan(20 * Tolerance));
    }

    [TestCase("modules.json", """[{"path":"","type":"a.Transformer"}]""", "Transformer are not supported")]
    [TestCase("modules.json", """[{"path":"../x","type":"a.Transformer"}]""", "outside the directory")]
    [TestCase("modules.json", "{}", "malformed")]
    [TestCase("1_Pooling/config.json", """{"pooling_mode_cls_token":true}""", "'pooling_mode_cls_token'")]
    [TestCase("1_Pooling/config.json", """{"pooling_mode":"max"}""", "'pooling_mode'")]
    [TestCase(
        "1_Pooling/config.json",
        """{"pooling_mode_mean_tokens":true,"include_prompt":false}""",
        "'include_prompt'"
    )]
    [TestCase("2_Dense/config.json", """{"in_features":32,"out_features":48,"bias":true}""", "'bias'")]
    [TestCase(
        "2_Dense/config.json",
        """{"in_features":32,"out_features":48,"bias":false,"activation_function":"torch.nn.modules.activation.Tanh"}""",
        "Tanh' is not supported"
    )]
    [TestCase(
        "3_Dense/config.json",
        """{"in_features":32,"out_features":32,"bias":false,"activation_function":"torch.nn.modules.linear.Identity"}""",
        "what comes before it has 48 numbers"
    )]
    public void Files_that_ask_for_something_else_are_named(string file, string text, string says)
    {
        using var scratch = new ScratchDirectory();
        EmbeddingFiles.Write(scratch.Path, 32);
        EmbeddingFiles.Text(scratch.Path, file, text);
        Assert.That(
            () => EmbeddingHead.Load(Config(), scratch.Path, Device.Cpu),
            Throws.TypeOf<InferenceException>().With.Message.Contains(says)
        );
    }

    [Test]
    public void A_model_without_its_modules_is_named()
    {
        using var scratch = new ScratchDirectory();
        Assert.That(
            () => EmbeddingHead.Load(Config(), scratch.Path, Device.Cpu),
            Throws.TypeOf<InferenceException>().With.Message.Contains("modules.json: not found")
        );
    }

    private static GemmaConfig Config() =>
        GemmaConfigReader.Read(Golden.GetProperty("config").GetRawText(), "config.json");

    private static double Worst(float[] actual, float[] expected)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        return actual.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second));
    }

    private sealed class TinyModelThatEmbeds : IDisposable
    {
        private readonly ScratchDirectory _scratch = new();
        private readonly GemmaModel _model;
        private readonly KvCache _cache;
        private readonly Embedder _embedder;

        public TinyModelThatEmbeds(Func<GemmaConfig, GemmaConfig>? mutate = null)
        {
            var config = mutate?.Invoke(Config()) ?? Config();
            HashedWeights.Write(config, _scratch["model.safetensors"]);
            EmbeddingFiles.Write(_scratch.Path, config.HiddenSize);
            using var checkpoint = Checkpoint.Open(_scratch.Path);
            var weights = WeightLoader.Load(config, checkpoint, ScalarType.Float32, Device.Cpu);
            _model = new GemmaModel(config, weights, 64, ScalarType.Float32, Device.Cpu);
            _cache = _model.NewCache(4, 64);
            _embedder = Embedder.Load(config, _scratch.Path, 64, Device.Cpu);
        }

        public IReadOnlyList<float[]> Embed(params IReadOnlyList<int[]> texts) =>
            _embedder.Embed(_model, _cache, texts);

        public void Dispose()
        {
            _embedder.Dispose();
            _cache.Dispose();
            _model.Dispose();
            _scratch.Dispose();
        }
    }
}
