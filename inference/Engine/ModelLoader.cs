using System.Text.Json;
using GemmaInference.Model;
using GemmaInference.Native;
using GemmaInference.Text;
using TorchSharp;

namespace GemmaInference.Engine;

/// <summary>Loads a model directory as a <see cref="LoadedModel"/>; runs on the engine's thread.</summary>
internal static class ModelLoader
{
    /// <summary>Bounds padding: the hub pads a vocabulary by at most this many ids beyond its tokenizer's.</summary>
    private const int Padding = 128;

    /// <exception cref="InferenceException">
    /// Something in the directory is missing, malformed or contradicts itself.
    /// </exception>
    public static LoadedModel Load(LoadSettings settings, DeviceType deviceType)
    {
        var config = GemmaConfigReader.ReadDirectory(settings.Directory);
        var tokenizer = ReadTokenizer(settings.Directory, config);
        var template = new ChatTemplate(tokenizer, config.Generation);
        var device = deviceType == DeviceType.CUDA ? torch.CUDA : torch.CPU;
        var type = TypeOf(
            settings.DataType == "auto"
                ? deviceType == DeviceType.CUDA
                    ? config.DataType
                    : "float32"
                : settings.DataType
        );
        using var mode = torch.inference_mode();
        using var checkpoint = Checkpoint.Open(settings.Directory);
        var weights = WeightLoader.Load(config, checkpoint, type, device);
        var size = CacheSize.Choose(
            config,
            DeviceMemory.Free(deviceType),
            type == torch.float32 ? 4 : 2,
            settings.MaxContext,
            settings.MaxSlots,
            EngineOptions.Default.PrefillTokens
        );
        var model = new GemmaModel(config, weights, size.Context, type, device);
        var stops = new HashSet<int>([.. config.EosTokens, .. GenerationEos(settings.Directory), template.EndOfTurn]);
        return new LoadedModel(model, model.NewCache(size.Slots), tokenizer, template, stops, device.ToString());
    }

    private static Tokenizer ReadTokenizer(string directory, GemmaConfig config)
    {
        var path = Path.Combine(directory, "tokenizer.model");
        var tokenizer = new Tokenizer(SentencePieceModel.ReadFile(path));
        var spare = config.VocabSize - tokenizer.Pieces.Count;
        return spare is >= 0 and <= Padding
            ? tokenizer
            : throw new InferenceException(
                path,
                $"{tokenizer.Pieces.Count} pieces, but config.json says vocab_size {config.VocabSize}"
            );
    }

    private static IReadOnlyList<int> GenerationEos(string directory)
    {
        var path = Path.Combine(directory, "generation_config.json");
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return new ConfigFields(document.RootElement, path).Ints("eos_token_id");
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InferenceException(path, $"not a valid JSON object: {cause.Message}", cause);
        }
    }

    private static torch.ScalarType TypeOf(string name) =>
        name switch
        {
            "float32" => torch.float32,
            "float16" => torch.float16,
            _ => torch.bfloat16,
        };
}
