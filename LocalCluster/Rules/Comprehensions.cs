using System.Collections.Frozen;

namespace LocalCluster.Rules;

/// <summary>Holds the macros that look at each item of a list, or each key of a map.</summary>
internal static class Comprehensions
{
    public static FrozenSet<string> Names { get; } =
        new[] { "all", "exists", "exists_one", "existsOne", "map", "filter" }.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="name">The macro.</param>
    /// <param name="target">What is gone through.</param>
    /// <param name="variable">The name of the item.</param>
    /// <param name="parts">The condition; of a map what it becomes, with or without a condition before it.</param>
    public static Expression Make(string name, Expression target, string variable, IReadOnlyList<Expression> parts)
    {
        return name switch
        {
            "all" => new Expression(s => Decide(Each(s), parts[0], decisive: false)),
            "exists" => new Expression(s => Decide(Each(s), parts[0], decisive: true)),
            "filter" => new Expression(s => Chosen(s).Select(i => i.Value).ToArray(), target.Schema),
            "map" when parts.Count == 1 => new Expression(s => Each(s).Select(parts[0].Run).ToArray()),
            "map" => new Expression(s => Chosen(s).Select(parts[1].Run).ToArray()),
            _ => new Expression(s => Chosen(s).Take(2).Count() == 1),
        };

        IEnumerable<Scope> Each(Scope scope) =>
            CelValues.Items(target.Run(scope)).Select(item => new Scope(variable, item, scope));

        IEnumerable<Scope> Chosen(Scope scope) => Each(scope).Where(item => IsTrue(parts[0].Run(item)));
    }

    private static bool Decide(IEnumerable<Scope> items, Expression condition, bool decisive)
    {
        CelException? failed = null;
        foreach (var item in items)
        {
            try
            {
                if (IsTrue(condition.Run(item)) == decisive)
                {
                    return decisive;
                }
            }
            catch (CelException e)
            {
                failed ??= e;
            }
        }

        return failed is null ? !decisive : throw failed;
    }

    private static bool IsTrue(object? value) => value is bool yes ? yes : throw CelException.NoOverload();
}
