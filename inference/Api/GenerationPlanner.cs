using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using GemmaInference.Grammar;

namespace GemmaInference.Api;

/// <summary>Makes of a request what the engine is to do, with the model's own settings where it says nothing.</summary>
internal static class GenerationPlanner
{
    /// <summary>
    /// Plans each prompt's choices, one prompt after the other. The request's seed is each prompt's, so that a prompt
    /// is answered the same beside others; without one, each prompt draws its own.
    /// </summary>
    /// <exception cref="ApiException">A token isn't the model's, or too many are asked for.</exception>
    public static IReadOnlyList<GenerationRequest> Plan(
        CompletionRequest request,
        IReadOnlyList<IReadOnlyList<int>> prompts,
        Constraint? constraint,
        LoadedModel model
    )
    {
        var fields = request.Sampling;
        Check("logit_bias", fields.LogitBias.Keys, model);
        Check("stop_token_ids", fields.StopTokenIds, model);
        var scores = request.Echo && request.TopLogprobs is not null;
        if (scores)
        {
            CheckScores(request, prompts);
        }

        var stops = Stops(fields, model, fields.IgnoreEos);
        var barred = fields.MinTokens > 0 ? Stops(fields, model, ignoreEos: false) : stops;
        return
        [
            .. prompts.SelectMany(prompt =>
            {
                var seed = fields.Seed ?? Random.Shared.NextInt64();
                return Enumerable
                    .Range(0, request.Choices)
                    .Select(choice => new GenerationRequest(
                        prompt,
                        MaxTokens(request, model.Cache.Context - prompt.Count),
                        Sampling(fields, model, seed, choice),
                        stops,
                        request.TopLogprobs
                    )
                    {
                        MinTokens = fields.MinTokens,
                        BarredTokens = barred,
                        ScoresPrompt = scores,
                        Constraint = constraint,
                    });
            }),
        ];
    }

    private static Sampling Sampling(SamplingFields fields, LoadedModel model, long seed, int choice) =>
        new(
            fields.Temperature ?? model.Defaults.Temperature,
            fields.TopP ?? model.Defaults.TopP,
            fields.TopK ?? model.Defaults.TopK,
            unchecked((ulong)seed + ((ulong)choice * 0xD1342543DE82EF95)),
            fields.PresencePenalty,
            fields.FrequencyPenalty
        )
        {
            MinP = fields.MinP ?? model.Defaults.MinP,
            RepetitionPenalty = fields.RepetitionPenalty ?? model.Defaults.RepetitionPenalty,
            LogitBias = fields.LogitBias,
        };

    private static IReadOnlySet<int> Stops(SamplingFields fields, LoadedModel model, bool ignoreEos) =>
        ignoreEos ? fields.StopTokenIds.ToHashSet()
        : fields.StopTokenIds.Count == 0 ? model.StopTokens
        : fields.StopTokenIds.Concat(model.StopTokens).ToHashSet();

    /// <param name="room">Tokens that the context has left.</param>
    private static int MaxTokens(CompletionRequest request, int room)
    {
        var most = request.MaxTokens ?? room;
        return request.Sampling.MinTokens <= most
            ? most
            : throw ApiException.Invalid(
                "min_tokens",
                $"'min_tokens': expected at most {most}, what the context has left after the prompt",
                "invalid_value"
            );
    }

    /// <summary>Scores of prompts come faster than clients read them, and wait in memory.</summary>
    private static void CheckScores(CompletionRequest request, IReadOnlyList<IReadOnlyList<int>> prompts)
    {
        var count = prompts.Sum(prompt => (long)prompt.Count) * request.Choices * (1 + request.TopLogprobs!.Value);
        if (count > RequestLimits.MaxScores)
        {
            throw ApiException.Invalid(
                "logprobs",
                $"'logprobs': the echoes would have {count} log-probabilities, at most {RequestLimits.MaxScores} are "
                    + "given at once; send fewer prompts",
                "invalid_value"
            );
        }
    }

    /// <summary>An id that the model doesn't have would end the engine.</summary>
    private static void Check(string param, IEnumerable<int> ids, LoadedModel model)
    {
        foreach (var id in ids)
        {
            PromptTokenizer.CheckToken(param, id, model);
        }
    }
}
