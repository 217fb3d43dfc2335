namespace GemmaInference.Api.Requests;

/// <summary>Holds what a request says of how tokens are chosen and where answers end.</summary>
/// <param name="Temperature">Null for the model's own, as TopP, TopK, MinP and RepetitionPenalty.</param>
/// <param name="TopK">0 for all tokens.</param>
/// <param name="Seed">Null for one drawn at random.</param>
/// <param name="LogitBias">Token ids, of whatever size, with what their logits get added.</param>
/// <param name="StopTokenIds">Tokens that end the answer beside the model's own.</param>
/// <param name="IgnoreEos">Whether the model's own end is none.</param>
/// <param name="MinTokens">How many tokens come before an end may.</param>
internal sealed record SamplingFields(
    double? Temperature,
    double? TopP,
    int? TopK,
    double? MinP,
    double? RepetitionPenalty,
    double PresencePenalty,
    double FrequencyPenalty,
    long? Seed,
    IReadOnlyDictionary<int, float> LogitBias,
    IReadOnlyList<int> StopTokenIds,
    bool IgnoreEos,
    int MinTokens
);
