using System.Text.Json;
using GemmaInference.Model;
using GemmaInference.Model.Matrices;
using GemmaInference.Model.Packed;
using GemmaInference.Torch;

namespace Inference.Tests.Model;

/// <summary>
/// What the reference script wrote: a configuration, token sequences, and the logits after every token.
/// </summary>
internal sealed record GoldenSequence(int[] Tokens, float[][] Logits);

internal sealed record GoldenModel(JsonElement Config, GoldenSequence[] Sequences)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// Gemma 1, 2 and 3; then Gemma 4 as 31B and 12B are, as E2B and E4B, and as 26B-A4B.
    /// </summary>
    public static GoldenModel[] All { get; } = [.. Read("golden_logits.json"), .. Read("golden_gemma4.json")];

    /// <summary>Makes the model of the configuration, with its hashed weights.</summary>
    public GemmaModel Load(
        Func<GemmaConfig, GemmaConfig>? mutate = null,
        ScalarType type = ScalarType.Float32,
        Quantization quantization = Quantization.None,
        IPackedAttention? packed = null
    )
    {
        var config = GemmaConfigReader.Read(Config.GetRawText(), "config.json");
        using var scratch = new ScratchDirectory();
        HashedWeights.Write(config, scratch["model.safetensors"]);
        using var checkpoint = Checkpoint.Open(scratch.Path);
        var run = mutate?.Invoke(config) ?? config;
        var weights = WeightLoader.Load(run, checkpoint, type, Device.Cpu, quantization);
        return new GemmaModel(run, weights, 64, type, Device.Cpu, packed);
    }

    private static GoldenModel[] Read(string file) =>
        JsonSerializer.Deserialize<GoldenModel[]>(File.ReadAllText(TorchForTests.Reference(file)), Web)!;

    /// <summary>Returns how far logits are from those expected, at the worst.</summary>
    public static double Worst(Tensor actual, float[][] expected)
    {
        var values = actual.ToArray<float>();
        var wanted = expected.SelectMany(row => row).ToArray();
        Assert.That(values, Has.Length.EqualTo(wanted.Length));
        return values.Zip(wanted).Max(pair => Math.Abs(pair.First - pair.Second));
    }
}
