namespace GemmaOperator.Rules;

/// <summary>
/// Holds one rule of a policy that is an ordered list: the first rule with an opinion wins,
/// and the order is the policy.
/// </summary>
/// <param name="Name">Says, as a sentence, what the rule is for; logs and traces show it.</param>
/// <param name="Judge">Returns null when the rule has no opinion.</param>
internal sealed record Rule<TFacts, TOpinion>(string Name, Func<TFacts, TOpinion?> Judge)
    where TOpinion : class;
