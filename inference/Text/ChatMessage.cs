namespace GemmaInference.Text;

/// <summary>Holds one message of a conversation; roles are system, developer, user, assistant and tool.</summary>
internal sealed record ChatMessage(string Role, string Content)
{
    /// <summary>Gets the functions that the assistant called.</summary>
    public IReadOnlyList<ChatCall> Calls { get; init; } = [];

    /// <summary>Gets what the assistant thought before it called functions.</summary>
    public string? Thought { get; init; }

    /// <summary>Gets the name of the function whose result a message of the role tool is.</summary>
    public string? ResultOf { get; init; }
}
