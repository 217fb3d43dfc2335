namespace GemmaInference.Api.Requests;

/// <summary>Bounds what one request may ask for.</summary>
internal static class RequestLimits
{
    /// <summary>
    /// Bounds a body, in bytes; larger ones get 413. A context of 128k tokens takes well under 1 MB of text.
    /// </summary>
    public const long MaxBodyBytes = 8 << 20;

    /// <summary>
    /// Bounds the choices of one request, for each prompt, as OpenAI does; the queue bounds them further.
    /// </summary>
    public const int MaxChoices = 128;

    /// <summary>Bounds the log-probabilities of a request's prompts: about 200 MB at most.</summary>
    public const int MaxScores = 1 << 20;

    /// <summary>Bounds the texts that one request embeds, as OpenAI does.</summary>
    public const int MaxInputs = 2048;

    /// <summary>Bounds a list of token ids: the largest context that can be set.</summary>
    public const int MaxTokens = 1 << 20;
}
