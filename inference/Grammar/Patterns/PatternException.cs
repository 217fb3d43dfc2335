namespace GemmaInference.Grammar.Patterns;

/// <summary>Says that a pattern can't be read, or asks for something that no automaton can tell.</summary>
internal sealed class PatternException(string message) : Exception(message);
