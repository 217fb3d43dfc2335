namespace GemmaInference.Text;

/// <summary>Holds a conversation as a template lays it out.</summary>
/// <param name="Tools">The functions that the model is told of.</param>
/// <param name="Thinks">Whether the model is told to think.</param>
internal sealed record Chat(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<ChatTool> Tools, bool Thinks)
{
    public Chat(IReadOnlyList<ChatMessage> messages)
        : this(messages, [], Thinks: false) { }
}
