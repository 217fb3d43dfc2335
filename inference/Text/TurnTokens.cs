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

    /// <summary>Asks for thoughts, in the system's turn.</summary>
    public const string Think = "<|think|>";

    /// <summary>Begins what is told of a function.</summary>
    public const string ToolStart = "<|tool>";

    /// <summary>Ends it.</summary>
    public const string ToolEnd = "<tool|>";

    /// <summary>Begins a call of a function.</summary>
    public const string CallStart = "<|tool_call>";

    /// <summary>Ends it.</summary>
    public const string CallEnd = "<tool_call|>";

    /// <summary>Begins what a function returned; a model that waits for it ends with this token.</summary>
    public const string ResultStart = "<|tool_response>";

    /// <summary>Ends it.</summary>
    public const string ResultEnd = "<tool_response|>";

    /// <summary>Stands around texts in calls and declarations.</summary>
    public const string Quote = "<|\"|>";
}
