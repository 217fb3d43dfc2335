using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Rules;

/// <summary>Says what is wrong with a rule of a definition.</summary>
/// <param name="Path">Where below the schema it stands.</param>
/// <param name="Make">Makes the error, from the path of the schema.</param>
internal sealed record RuleProblem(string Path, Func<string, FieldError> Make)
{
    private static readonly string[] Reasons =
    [
        "FieldValueDuplicate",
        "FieldValueForbidden",
        "FieldValueInvalid",
        "FieldValueRequired",
    ];

    /// <summary>Returns what can be told without compiling; null when that is nothing.</summary>
    public static RuleProblem? Of(JsonObject rule, string path)
    {
        if (rule.Text("rule")?.Trim() is not { Length: > 0 })
        {
            return new RuleProblem($"{path}.rule", p => FieldError.Required(p, "rule is not specified"));
        }

        if (rule.Text("reason") is { } reason && !Reasons.Contains(reason, StringComparer.Ordinal))
        {
            return new RuleProblem(
                $"{path}.reason",
                p => FieldError.Unsupported(p, rule["reason"].Write(), Reasons.Select(r => $"\"{r}\""))
            );
        }

        return rule.Text("fieldPath") is { Length: > 0 } field && !RuleFieldPath.IsValid(field.Trim())
            ? new RuleProblem(
                $"{path}.fieldPath",
                p =>
                    FieldError.Invalid(
                        p,
                        rule["fieldPath"].Write(),
                        $"fieldPath must be a valid path: expected [ or . but got: {field.Trim()}"
                    )
            )
            : null;
    }

    public static RuleProblem NotCompiled(JsonObject rule, string path, string why) =>
        new($"{path}.rule", p => FieldError.Invalid(p, Shown(rule).Write(), $"compilation failed: {why}"));

    /// <summary>Returns a rule as the server's own type has it.</summary>
    private static JsonObject Shown(JsonObject rule) =>
        new()
        {
            ["Rule"] = rule.Text("rule"),
            ["Message"] = rule.Text("message") ?? "",
            ["MessageExpression"] = rule.Text("messageExpression") ?? "",
            ["Reason"] = rule["reason"]?.DeepClone(),
            ["FieldPath"] = rule.Text("fieldPath") ?? "",
            ["OptionalOldSelf"] = rule["optionalOldSelf"]?.DeepClone(),
        };
}
