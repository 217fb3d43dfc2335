using GemmaInference.Engine.Embedding;
using GemmaInference.Engine.Graphs;
using GemmaInference.Engine.Memory;
using GemmaInference.Grammar;
using GemmaInference.Model;
using GemmaInference.Text;
using GemmaInference.Torch;
using GemmaInference.Torch.Graphs;

namespace GemmaInference.Engine;

/// <summary>Holds all that serving needs, owned by the engine's thread from loading to disposal.</summary>
/// <param name="StopTokens">Tokens that end a sequence, the end of a turn included.</param>
/// <param name="Defaults">How tokens are drawn for requests that don't say.</param>
/// <param name="Device">For the log: cpu or cuda.</param>
/// <param name="Weights">For the log: what they are held in, such as bfloat16 or int8.</param>
internal sealed record LoadedModel(
    GemmaModel Model,
    KvCache Cache,
    Tokenizer Tokenizer,
    ChatTemplate Template,
    IReadOnlySet<int> StopTokens,
    GenerationDefaults Defaults,
    string Device,
    string Weights
) : IDisposable
{
    /// <summary>Gets what embeds texts; null for a model that generates.</summary>
    public Embedder? Embedder { get; init; }

    /// <summary>Gets whether conversations are served; prompts always are.</summary>
    public bool HasChats { get; init; } = true;

    /// <summary>Gets what whoever runs the server is to be told; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Gets what records steps as graphs; null where none are.</summary>
    public IGraphDevice? Graphs { get; init; }

    /// <summary>Gets why no steps are recorded; null where they are.</summary>
    public string? GraphTrouble { get; init; }

    /// <summary>Gets why not all of a step's sequences share one call of attention; null where they do.</summary>
    public string? PackedTrouble { get; init; }

    /// <summary>Gets why each slot has all its memory from the start; null where all share pages.</summary>
    public string? PageTrouble { get; init; }

    /// <summary>Gets which tokens fit grammars; made when a request first has one, off the engine's thread.</summary>
    public Lazy<TokenMasks> Masks { get; } = new(() => new TokenMasks(Tokenizer, Model.Config.VocabSize));

    /// <summary>Opens what computes steps by graphs; null where nothing records any.</summary>
    /// <param name="tell">Gets the reason when graphs end.</param>
    public DecodeGraphs? Record(EngineOptions options, Action<string> tell)
    {
        if (Graphs is not { } device)
        {
            return null;
        }

        var where = Model.Device;
        var needed = new GraphNeeds(Model.IsPacked).Free(
            Model.Config,
            Cache.Slots,
            Cache.Context,
            options.PrefillTokens,
            Cache.Keys[0].Type.Size()
        );
        return new DecodeGraphs(Model, Cache, device, new GraphMemory(() => DeviceMemory.Free(where), needed), tell);
    }

    public void Dispose()
    {
        Embedder?.Dispose();
        Cache.Dispose();
        Model.Dispose();
    }
}
