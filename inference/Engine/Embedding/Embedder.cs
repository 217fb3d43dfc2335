using GemmaInference.Model;
using GemmaInference.Model.Embedding;
using GemmaInference.Torch;

namespace GemmaInference.Engine.Embedding;

/// <summary>Holds what a model that embeds text has beside its layers.</summary>
/// <param name="Sizes">Numbers that an embedding may be cut to, the largest first.</param>
/// <param name="MaxTokens">Tokens that one pass reads: what the context holds.</param>
internal sealed record Embedder(
    EmbeddingHead Head,
    EmbeddingPrompts Prompts,
    IReadOnlyList<int> Sizes,
    TokenEdges Edges,
    int MaxTokens
) : IDisposable
{
    /// <summary>Gets what EmbeddingGemma was trained to be cut to (its model card), which no file of it says.</summary>
    private static readonly int[] KnownSizes = [768, 512, 256, 128];

    public static Embedder Load(GemmaConfig config, string directory, int context, Device device)
    {
        var head = EmbeddingHead.Load(config, directory, device);
        return new Embedder(
            head,
            EmbeddingPrompts.Read(directory),
            head.Size == KnownSizes[0] ? KnownSizes : [head.Size],
            TokenEdges.Read(directory),
            context
        );
    }

    /// <summary>Reads several texts in one pass, each in a slot of its own.</summary>
    /// <returns>One embedding of each, in order.</returns>
    public IReadOnlyList<float[]> Embed(GemmaModel model, KvCache cache, IReadOnlyList<int[]> texts)
    {
        using var scope = TensorScope.Open();
        var plan = model.Plan(cache, [.. texts.Select((text, slot) => new StepRow(slot, 0, text))]);
        var states = model.Read(cache, plan);
        var results = new Tensor[texts.Count];
        var first = 0;
        for (var i = 0; i < results.Length; first += texts[i++].Length)
        {
            results[i] = Head.Apply(states.Narrow(0, first, texts[i].Length));
        }

        var values = (results.Length == 1 ? results[0] : Tensor.Concatenate(0, results)).ToArray<float>();
        return [.. values.Chunk(Head.Size)];
    }

    public void Dispose() => Head.Dispose();
}
