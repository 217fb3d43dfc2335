namespace GemmaInference.Engine;

/// <summary>Ends an answer that can't be finished: all tokens that fit what may come next are ends.</summary>
internal sealed class UnspellableException() : Exception("no token can come next");
