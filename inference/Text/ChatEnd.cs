namespace GemmaInference.Text;

/// <summary>Says how a conversation's prompt ends.</summary>
internal enum ChatEnd
{
    /// <summary>With the beginning of a turn of the model's.</summary>
    NewTurn,

    /// <summary>Within the last message, which the model continues.</summary>
    OpenMessage,

    /// <summary>With the end of the last message.</summary>
    ClosedMessage,
}
