namespace GemmaInference.Engine;

/// <summary>Says how tokens are chosen. A temperature of 0 takes the likeliest.</summary>
/// <param name="TopP">Smallest set of tokens whose probabilities reach this; 1 switches it off.</param>
/// <param name="TopK">How many of the likeliest tokens compete; 0 switches it off.</param>
/// <param name="PresencePenalty">Subtracted once from the logit of each token already generated.</param>
/// <param name="FrequencyPenalty">Subtracted from it once per occurrence.</param>
internal sealed record Sampling(
    double Temperature,
    double TopP,
    int TopK,
    ulong Seed,
    double PresencePenalty,
    double FrequencyPenalty
);
