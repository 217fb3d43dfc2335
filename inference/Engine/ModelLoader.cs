using GemmaInference.Engine.Embedding;
using GemmaInference.Engine.Graphs;
using GemmaInference.Model;
using GemmaInference.Model.Matrices;
using GemmaInference.Model.Packed;
using GemmaInference.Native;
using GemmaInference.Text;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>Loads a model directory as a <see cref="LoadedModel"/>; runs on the engine's thread.</summary>
internal static class ModelLoader
{
    /// <summary>Bounds padding: the hub pads a vocabulary by at most this many ids beyond its tokenizer's.</summary>
    private const int Padding = 128;

    /// <summary>Bounds the texts that are embedded together: more share a pass hardly any better.</summary>
    private const int UsualTexts = 4;

    /// <exception cref="InferenceException">
    /// Something in the directory is missing, malformed or contradicts itself.
    /// </exception>
    public static LoadedModel Load(LoadSettings settings, Device device)
    {
        var config = GemmaConfigReader.ReadDirectory(settings.Directory);
        var tokenizer = ReadTokenizer(settings.Directory, config);
        var template = new ChatTemplate(
            tokenizer,
            config.Generation,
            TemplateFile.HasEmptyThought(settings.Directory, config.Generation)
        );
        var type = DataTypeChoice.Decide(settings, config, device, BrainFloats.AreFast());
        using var checkpoint = Checkpoint.Open(settings.Directory);
        QuantizedProducts.Check(settings.Quantization, type, device);
        var weights = WeightLoader.Load(config, checkpoint, type, device, settings.Quantization);
        // Of a text that is read in both directions no token can wait for a later step.
        var chunk = config.IsBidirectional
            ? Math.Min(config.MaxPositions, settings.MaxContext ?? config.MaxPositions)
            : EngineOptions.Default.PrefillTokens;
        var size = CacheSize.Choose(
            config,
            DeviceMemory.Free(device),
            type.Size(),
            config.IsBidirectional ? chunk : settings.MaxContext,
            settings.MaxSlots ?? (config.IsBidirectional ? UsualTexts : null),
            chunk,
            device == Device.Cuda
        );
        var packed = FlashAttention.Open(type, device, out var packedTrouble);
        var model = new GemmaModel(config, weights, size.Context, type, device, packed);
        var graphs = GraphChoice.Open(settings.UsesGraphs, config, device, out var graphTrouble);
        var defaults = GenerationDefaults.Read(settings.Directory);
        var stops = new HashSet<int>([.. config.EosTokens, .. defaults.Eos, template.EndOfTurn]);
        return new LoadedModel(
            model,
            model.NewCache(size.Slots, chunk),
            tokenizer,
            template,
            stops,
            defaults,
            device.ToString().ToLowerInvariant(),
            (
                settings.Quantization == Quantization.None ? type.ToString() : settings.Quantization.ToString()
            ).ToLowerInvariant()
        )
        {
            Graphs = graphs,
            GraphTrouble = graphTrouble,
            PackedTrouble =
                packedTrouble
                ?? (
                    model.IsPacked ? null
                    : config.AttentionCap is not null ? "it knows no soft cap"
                    : "some layers' heads are too large"
                ),
            Embedder = config.IsBidirectional ? Embedder.Load(config, settings.Directory, size.Context, device) : null,
        };
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
}
