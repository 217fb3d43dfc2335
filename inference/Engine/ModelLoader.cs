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
        var defaults = GenerationDefaults.Read(settings.Directory);
        var stops = new HashSet<int>([.. config.EosTokens, .. defaults.Eos, template.EndOfTurn]);
        return new LoadedModel(
            model,
            model.NewCache(size.Slots),
            tokenizer,
            template,
            stops,
            defaults,
            device.ToString()
        );
    }

    private static Tokenizer ReadTokenizer(string directory, GemmaConfig config)
    {
        var tokenizer = new Tokenizer(SentencePieceModel.ReadDirectory(directory));
        var spare = config.VocabSize - tokenizer.Pieces.Count;
        return spare is >= 0 and <= Padding
            ? tokenizer
            : throw new InferenceException(
                $"{directory}: tokenizer",
                $"{tokenizer.Pieces.Count} pieces, but config.json says vocab_size {config.VocabSize}"
            );
    }

    private static torch.ScalarType TypeOf(string name) =>
        name switch
        {
            "float32" => torch.float32,
            "float16" => torch.float16,
            _ => torch.bfloat16,
        };
}
