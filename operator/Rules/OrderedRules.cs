namespace GemmaOperator.Rules;

/// <summary>Asks the rules of a policy in their order.</summary>
internal static class OrderedRules
{
    extension<TFacts, TOpinion>(IReadOnlyList<Rule<TFacts, TOpinion>> rules)
        where TOpinion : class
    {
        /// <summary>Returns the first opinion, with its rule's name; null when no rule has one.</summary>
        public Ruling<TOpinion>? First(TFacts facts)
        {
            foreach (var rule in rules)
            {
                if (rule.Judge(facts) is { } opinion)
                {
                    return new Ruling<TOpinion>(rule.Name, opinion);
                }
            }

            return null;
        }
    }
}
