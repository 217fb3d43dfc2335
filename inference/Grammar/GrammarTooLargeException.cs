namespace GemmaInference.Grammar;

/// <summary>Says that a grammar has more nodes than one may have.</summary>
internal sealed class GrammarTooLargeException() : Exception("the grammar is too large");
