namespace GemmaInference.Text;

/// <summary>Holds the ids of the tokens that divide Gemma 4's answers; null of those that a tokenizer lacks.</summary>
internal sealed class AnswerMarks(Tokenizer tokenizer)
{
    /// <summary>Gets the token that begins a channel, in which the model thinks.</summary>
    public int? ChannelStart { get; } = tokenizer.MaybeControl(TurnTokens.ChannelStart);

    public int? ChannelEnd { get; } = tokenizer.MaybeControl(TurnTokens.ChannelEnd);

    public int? CallStart { get; } = tokenizer.MaybeControl(TurnTokens.CallStart);

    public int? CallEnd { get; } = tokenizer.MaybeControl(TurnTokens.CallEnd);

    /// <summary>Gets the token that stands around texts in calls.</summary>
    public int? Quote { get; } = tokenizer.MaybeControl(TurnTokens.Quote);

    /// <summary>Gets the token by which a model waits for what functions return.</summary>
    public int? ResultStart { get; } = tokenizer.MaybeControl(TurnTokens.ResultStart);

    /// <summary>Gets whether functions can be told, called and answered.</summary>
    public bool HasCalls { get; } =
        new[]
        {
            TurnTokens.ToolStart,
            TurnTokens.ToolEnd,
            TurnTokens.CallStart,
            TurnTokens.CallEnd,
            TurnTokens.ResultStart,
            TurnTokens.ResultEnd,
            TurnTokens.Quote,
        }.All(name => tokenizer.MaybeControl(name) is not null);
}
