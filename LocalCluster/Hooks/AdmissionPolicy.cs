using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Json;
using LocalCluster.Rules;

namespace LocalCluster.Hooks;

/// <summary>Holds a ValidatingAdmissionPolicy, compiled.</summary>
internal sealed class AdmissionPolicy
{
    private readonly IReadOnlyList<MatchCondition> _conditions;
    private readonly IReadOnlyList<(string Name, Expression Value)> _variables;
    private readonly IReadOnlyList<(JsonObject Json, Expression Rule, Expression? Message)> _validations;
    private readonly bool _ignoresFailures;

    /// <exception cref="RuleSyntaxException">An expression of it can't be compiled.</exception>
    public AdmissionPolicy(JsonObject json)
    {
        Name = json.Metadata().Text("name") ?? "";
        var spec = json.Object("spec") ?? [];
        Constraints = spec.Object("matchConstraints") ?? [];
        _conditions = MatchCondition.Of(spec);
        _ignoresFailures = spec.Text("failurePolicy") == "Ignore";
        _variables =
        [
            .. Objects(spec, "variables")
                .Select(v => (v.Text("name") ?? "", AdmissionExpressions.Compile(v.Text("expression") ?? ""))),
        ];
        _validations =
        [
            .. Objects(spec, "validations")
                .Select(v =>
                    (
                        v,
                        AdmissionExpressions.Compile(v.Text("expression") ?? ""),
                        v.Text("messageExpression") is { Length: > 0 } message
                            ? AdmissionExpressions.Compile(message)
                            : null
                    )
                ),
        ];
    }

    public string Name { get; }

    public JsonObject Constraints { get; }

    public JsonArray? Rules => Constraints.Array("resourceRules");

    public bool Excludes(AdmissionAttributes asked) =>
        Objects(Constraints, "excludeResourceRules").Any(r => HookMatch.Matches(r, asked, asked.Resource));

    /// <summary>Returns the first thing that is wrong with a write, and the reason that a refusal has.</summary>
    public (string Message, string Reason)? Judge(AdmissionAttributes asked)
    {
        var variables = new List<(object? Key, object? Value)>();
        var scope = AdmissionScope.Of(asked, new MadeMap(variables));
        try
        {
            if (!MatchCondition.AllHold(_conditions, scope))
            {
                return null;
            }
        }
        catch (CelException e)
        {
            return _ignoresFailures ? null : (e.Message, "Invalid");
        }

        foreach (var (json, rule, message) in _validations)
        {
            if (Judge(json, rule, message, scope, variables) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private (string Message, string Reason)? Judge(
        JsonObject json,
        Expression rule,
        Expression? message,
        Scope scope,
        List<(object? Key, object? Value)> variables
    )
    {
        try
        {
            if (variables.Count == 0)
            {
                variables.AddRange(_variables.Select(v => ((object?)v.Name, v.Value.Run(scope))));
            }

            return rule.Run(scope) is true ? null : (Say(json, message, scope), json.Text("reason") ?? "Invalid");
        }
        catch (CelException e)
        {
            return _ignoresFailures
                ? null
                : ($"expression '{json.Text("expression")}' resulted in error: {e.Message}", "Invalid");
        }
    }

    private static string Say(JsonObject json, Expression? message, Scope scope)
    {
        try
        {
            if (message?.Run(scope) is string said && said.Trim() is { Length: > 0 } text)
            {
                return text;
            }
        }
        catch (CelException)
        {
            // The message of its own is said instead.
        }

        return json.Text("message") is { Length: > 0 } own
            ? own.Trim()
            : $"failed expression: {(json.Text("expression") ?? "").Trim()}";
    }

    private static IEnumerable<JsonObject> Objects(JsonObject json, string list) =>
        (json.Array(list) ?? []).OfType<JsonObject>();
}
