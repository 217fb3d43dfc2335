namespace GemmaInference.Text;

/// <summary>Names the tokens that a generation's conversations are laid out with.</summary>
/// <param name="Start">Begins a turn, before its role.</param>
/// <param name="End">Ends it.</param>
internal sealed record TurnTokens(string Start, string End)
{
    /// <summary>Gets those of Gemma 1, 2 and 3.</summary>
    public static readonly TurnTokens Former = new("<start_of_turn>", "<end_of_turn>");

    /// <summary>Gets those of Gemma 4.</summary>
    public static readonly TurnTokens Gemma4 = new("<|turn>", "<turn|>");

    /// <summary>Begins a channel, before its name, in Gemma 4's turns.</summary>
    public const string ChannelStart = "<|channel>";

    /// <summary>Ends it.</summary>
    public const string ChannelEnd = "<channel|>";
}
