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
)
{
    /// <summary>Gets the part of the likeliest token's probability that others need; 0 switches it off.</summary>
    public double MinP { get; init; }

    /// <summary>
    /// Gets what positive logits of tokens in prompt or answer are divided by, and others multiplied with; 1 switches
    /// it off.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Gets what is added to the logits of tokens, before penalties.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = NoBias;

    private static IReadOnlyDictionary<int, float> NoBias { get; } = new Dictionary<int, float>();
}
