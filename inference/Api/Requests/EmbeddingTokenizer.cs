using GemmaInference.Engine;
using GemmaInference.Engine.Embedding;

namespace GemmaInference.Api.Requests;

/// <summary>Turns what is to be embedded into tokens that the model has and its context holds.</summary>
internal static class EmbeddingTokenizer
{
    /// <summary>Bounds the tokens of one request, as OpenAI does.</summary>
    private const int MaxTokens = 300_000;

    /// <returns>One list of tokens per input, in order.</returns>
    /// <exception cref="ApiException">An input is too long, or something asked for isn't the model's.</exception>
    public static IReadOnlyList<int[]> Read(EmbeddingRequest request, LoadedModel model, Embedder embedder)
    {
        if (request.Dimensions is { } size && !embedder.Sizes.Contains(size))
        {
            throw ApiException.Invalid(
                "dimensions",
                $"'dimensions': this model's embeddings have {string.Join(" or ", embedder.Sizes)} numbers",
                "invalid_value"
            );
        }

        var prompt = Prompt(request, embedder);
        var texts = new List<int[]>(request.Inputs.Count);
        var total = 0;
        foreach (var (index, input) in request.Inputs.Index())
        {
            var name = request.Inputs.Count == 1 ? "input" : $"input[{index}]";
            var text = Encode(input, prompt, name, model, embedder);
            if ((total += text.Length) > MaxTokens)
            {
                throw ApiException.Invalid(
                    "input",
                    $"'input': has more than {MaxTokens} tokens together; send fewer at once",
                    "invalid_value"
                );
            }

            texts.Add(text);
        }

        return texts;
    }

    private static string Prompt(EmbeddingRequest request, Embedder embedder) =>
        request.PromptName is not { } name ? embedder.Prompts.Default
        : embedder.Prompts.ByName.TryGetValue(name, out var prompt) ? prompt
        : throw ApiException.Invalid(
            "prompt_name",
            embedder.Prompts.ByName.Count == 0
                ? "'prompt_name': this model has no prompts; leave it out"
                : $"'prompt_name': expected one of {string.Join(", ", embedder.Prompts.ByName.Keys)}",
            "invalid_value"
        );

    /// <summary>Marks a text's edges; token ids are taken as they are.</summary>
    private static int[] Encode(PromptInput input, string prompt, string name, LoadedModel model, Embedder embedder)
    {
        int[]? ids;
        if (input is PromptInput.Tokens tokens)
        {
            ids = tokens.Ids.Count <= embedder.MaxTokens ? [.. tokens.Ids] : null;
            if (ids?.Where(id => id >= model.Tokenizer.Pieces.Count).Select(id => (int?)id).FirstOrDefault() is { } odd)
            {
                throw ApiException.Invalid(
                    name,
                    $"'{name}': expected token ids below {model.Tokenizer.Pieces.Count}, found {odd}",
                    "invalid_value"
                );
            }
        }
        else
        {
            var edges = (embedder.Edges.WithBos ? 1 : 0) + (embedder.Edges.WithEos ? 1 : 0);
            var text = ((PromptInput.Written)input).Text;
            ids = model.Tokenizer.EncodeWithin(prompt + text, embedder.MaxTokens - edges) is { } own
                ?
                [
                    .. embedder.Edges.WithBos ? [model.Template.Bos] : Array.Empty<int>(),
                    .. own,
                    .. embedder.Edges.WithEos ? [model.Tokenizer.Control("<eos>")] : Array.Empty<int>(),
                ]
                : null;
        }

        return ids switch
        {
            null => throw ApiException.Invalid(
                name,
                $"'{name}': has more than the {embedder.MaxTokens} tokens that the context holds",
                "context_length_exceeded"
            ),
            [] => throw ApiException.Invalid(name, $"'{name}': expected at least one token", "invalid_value"),
            _ => ids,
        };
    }
}
