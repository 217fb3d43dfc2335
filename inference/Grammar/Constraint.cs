namespace GemmaInference.Grammar;

/// <summary>Names the texts that a request's answers may be.</summary>
internal sealed record Constraint(CompiledGrammar Grammar, TokenMasks Masks)
{
    /// <summary>Begins one answer.</summary>
    public TokenConstraint Begin(IReadOnlySet<int> ends) => new(Grammar, Masks, ends);
}
