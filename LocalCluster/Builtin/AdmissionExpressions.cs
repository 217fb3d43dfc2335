using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Rules;

namespace LocalCluster.Builtin;

/// <summary>Compiles the expressions of webhooks and policies, and says what is wrong where they are written.</summary>
internal static class AdmissionExpressions
{
    private static readonly Dictionary<string, JsonObject?> Variables = new[]
    {
        "object",
        "oldObject",
        "request",
        "namespaceObject",
        "variables",
    }.ToDictionary(n => n, _ => (JsonObject?)null, StringComparer.Ordinal);

    /// <exception cref="RuleSyntaxException">It can't be read, or names what isn't there.</exception>
    public static Expression Compile(string source) => new ExpressionCompiler(source, Variables).Compile();

    public static IEnumerable<FieldError> OfConditions(JsonObject json, string at) =>
        OfList(json, at, "matchConditions");

    /// <summary>Checks the expression of each item of a list.</summary>
    public static IEnumerable<FieldError> OfList(JsonObject json, string at, string list)
    {
        var index = 0;
        foreach (var item in (json.Array(list) ?? []).OfType<JsonObject>())
        {
            var path = $"{FieldError.PathOf(at, list)}[{index++}].expression";
            if (item.Text("expression")?.Trim() is not { Length: > 0 } source)
            {
                yield return FieldError.Required(path, "expression is not specified");
            }
            else if (Problem(source) is { } why)
            {
                yield return FieldError.Invalid(path, JsonValue.Create(source).Write(), $"compilation failed: {why}");
            }
        }
    }

    private static string? Problem(string source)
    {
        try
        {
            Compile(source);
            return null;
        }
        catch (RuleSyntaxException e)
        {
            return e.Message;
        }
    }
}
