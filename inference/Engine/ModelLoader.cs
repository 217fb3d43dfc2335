using GemmaInference.Engine.Embedding;
using GemmaInference.Engine.Graphs;
using GemmaInference.Engine.Memory;
using GemmaInference.Model;
using GemmaInference.Model.Matrices;
using GemmaInference.Model.Packed;
using GemmaInference.Native;
using GemmaInference.Text;
using GemmaInference.Text.Templates;
using GemmaInference.Torch;

namespace GemmaInference.Engine;

/// <summary>Loads a model directory as a <see cref="LoadedModel"/>; runs on the engine's thread.</summary>
internal static class ModelLoader
{
    /// <summary>Bounds padding: the hub pads a vocabulary by at most this many ids beyond its tokenizer's.</summary>
    private const int Padding = 128;

    /// <exception cref="InferenceException">
    /// Something in the directory is missing, malformed or contradicts itself.
    /// </exception>
    public static LoadedModel Load(LoadSettings settings, Device device)
    {
        var config = GemmaConfigReader.ReadDirectory(settings.Directory);
        var tokenizer = ReadTokenizer(settings.Directory, config);
        var choice = Template(settings, config);
        var template = Lay(tokenizer, choice.Layout ?? ChatLayout.Of(config.Generation), settings.Template);
        var type = DataTypeChoice.Decide(settings, config, device, BrainFloats.AreFast());
        using var checkpoint = Checkpoint.Open(settings.Directory);
        QuantizedProducts.Check(settings.Quantization, type, device);
        var weights = WeightLoader.Load(config, checkpoint, type, device, settings.Quantization);
        // Of a text that is read in both directions no token can wait for a later step.
        var chunk = config.IsBidirectional
            ? Math.Min(config.MaxPositions, settings.MaxContext ?? config.MaxPositions)
            : EngineOptions.Default.PrefillTokens;
        var packed = FlashAttention.Open(type, device, out var packedTrouble);
        var graphs = GraphChoice.Open(settings.UsesGraphs, config, device, out var graphTrouble);
        var plan = CachePlan.Decide(
            config,
            type,
            device,
            GemmaModel.Packs(config, packed),
            chunk,
            new CacheWish(settings.MaxContext, settings.MaxSlots, settings.UsesPages),
            graphs is null ? null : new GraphNeeds(GemmaModel.IsPackedBy(packed, config))
        );
        (graphs, graphTrouble) = plan.GraphTrouble is { } full ? (null, full) : (graphs, graphTrouble);
        var model = new GemmaModel(config, weights, plan.Size.Context, type, device, packed);
        var defaults = GenerationDefaults.Read(settings.Directory);
        var stops = new HashSet<int>([.. config.EosTokens, .. defaults.Eos]);
        if (template.EndOfTurn is { } end)
        {
            stops.Add(end);
        }

        if (template.Marks?.ResultStart is { } waiting)
        {
            stops.Add(waiting);
        }

        return new LoadedModel(
            model,
            model.NewCache(plan.Size.Slots, plan.Layout, plan.Memory, plan.Size.Pages),
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
            HasChats = choice.Layout is not null,
            Note = choice.Note,
            Graphs = graphs,
            GraphTrouble = graphTrouble,
            PageTrouble = plan.Trouble,
            PackedTrouble =
                packedTrouble
                ?? (
                    model.IsPacked ? null
                    : config.AttentionCap is not null ? "it knows no soft cap"
                    : "some layers' heads are too large"
                ),
            Embedder = config.IsBidirectional
                ? Embedder.Load(config, settings.Directory, plan.Size.Context, device)
                : null,
        };
    }

    /// <summary>
    /// Decides how conversations are laid out; a model that embeds has none, and is asked for none. Where whoever runs
    /// the server says how, the checkpoint's files aren't looked at: what is wrong with them is no matter then.
    /// </summary>
    private static TemplateChoice Template(LoadSettings settings, GemmaConfig config) =>
        config.IsBidirectional
            ? new TemplateChoice(ChatLayout.Of(config.Generation))
            : TemplateChoice.Decide(
                settings.Template,
                config.Generation,
                settings.Template == TemplateWish.Auto ? TemplateFile.Read(settings.Directory) : null
            );

    private static ChatTemplate Lay(Tokenizer tokenizer, ChatLayout layout, TemplateWish wish)
    {
        try
        {
            return new ChatTemplate(tokenizer, layout, wish != TemplateWish.None);
        }
        catch (InferenceException cause) when (wish is not (TemplateWish.Auto or TemplateWish.None))
        {
            throw new InferenceException(
                TemplateChoice.Setting,
                $"this model's tokenizer can't write such a template: {cause.Message}; leave it out, or take another",
                cause
            );
        }
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
