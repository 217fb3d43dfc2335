using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Json;
using LocalCluster.Rules;

namespace LocalCluster.Hooks;

/// <summary>Holds one of <c>matchConditions</c>, compiled.</summary>
internal sealed class MatchCondition(string name, Expression expression)
{
    public string Name => name;

    /// <summary>Reads those of a webhook or of a policy's spec.</summary>
    public static IReadOnlyList<MatchCondition> Of(JsonObject json) =>
        [
            .. (json.Array("matchConditions") ?? [])
                .OfType<JsonObject>()
                .Select(c => new MatchCondition(
                    c.Text("name") ?? "",
                    AdmissionExpressions.Compile(c.Text("expression") ?? "")
                )),
        ];

    /// <summary>Says whether all hold: one that is false decides, errors count only without.</summary>
    /// <exception cref="CelException">None is false, and one can't be evaluated.</exception>
    public static bool AllHold(IReadOnlyList<MatchCondition> conditions, Scope scope)
    {
        CelException? failed = null;
        foreach (var condition in conditions)
        {
            try
            {
                if (condition.Holds(scope) is false)
                {
                    return false;
                }
            }
            catch (CelException e)
            {
                failed ??= e;
            }
        }

        return failed is null ? true : throw failed;
    }

    private bool Holds(Scope scope) => expression.Run(scope) is bool holds ? holds : throw CelException.NoOverload();
}
