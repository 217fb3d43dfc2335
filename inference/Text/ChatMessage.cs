namespace GemmaInference.Text;

/// <summary>One message of a conversation; roles are system, user and assistant.</summary>
internal sealed record ChatMessage(string Role, string Content);
