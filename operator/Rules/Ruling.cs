namespace GemmaOperator.Rules;

/// <summary>Holds what was decided, and the name of the rule that decided it.</summary>
internal sealed record Ruling<TOpinion>(string Rule, TOpinion Decision)
    where TOpinion : class;
