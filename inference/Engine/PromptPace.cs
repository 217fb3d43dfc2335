namespace GemmaInference.Engine;

/// <summary>
/// Decides how many prompt tokens a step reads. While other sequences wait for their next token, as few as keep them
/// waiting for about the time that they may, by what tokens took lately.
/// </summary>
internal sealed class PromptPace(EngineOptions options)
{
    /// <summary>Fewer are not worth a step, which reads all weights.</summary>
    private const int Least = 32;

    /// <summary>The part of what a step shows that the estimate takes over.</summary>
    private const double Weight = 0.3;

    private double _secondsPerToken;

    /// <param name="othersStream">Whether a sequence is past its prompt.</param>
    public int Budget(bool othersStream) =>
        othersStream && _secondsPerToken > 0
            ? (int)
                Math.Clamp(
                    options.StreamPause.TotalSeconds / _secondsPerToken,
                    Math.Min(Least, options.PrefillTokens),
                    options.PrefillTokens
                )
            : options.PrefillTokens;

    /// <summary>Learns from a step that read so many tokens of prompts.</summary>
    public void Observe(int tokens, TimeSpan elapsed)
    {
        // A few tokens say nothing: their step took the time of reading the weights.
        if (tokens < Math.Min(Least, options.PrefillTokens))
        {
            return;
        }

        var now = elapsed.TotalSeconds / tokens;
        _secondsPerToken = _secondsPerToken == 0 ? now : _secondsPerToken + (Weight * (now - _secondsPerToken));
    }
}
