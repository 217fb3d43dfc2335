namespace GemmaInference.Text;

/// <summary>Holds one message of a conversation; roles are system, user and assistant.</summary>
internal sealed record ChatMessage(string Role, string Content);
