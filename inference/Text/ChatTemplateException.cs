namespace GemmaInference.Text;

/// <summary>Reports a conversation that the template can't express; the message names what would be right.</summary>
internal sealed class ChatTemplateException(string message) : Exception(message);
