using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Rules;

/// <summary>Holds one rule of <c>x-kubernetes-validations</c>, compiled.</summary>
internal sealed class ValidationRule
{
    private const string Self = "self";
    private const string OldSelf = "oldSelf";
    private const int LongestMessage = 5 * 1024;

    private readonly JsonObject _rule;
    private readonly JsonObject _schema;
    private readonly Expression _condition;
    private readonly Expression? _message;
    private readonly string _fieldPath;
    private readonly bool _isOldOptional;
    private readonly bool _readsOld;

    /// <exception cref="RuleSyntaxException">An expression of it can't be compiled.</exception>
    public ValidationRule(JsonObject rule, JsonObject schema)
    {
        (_rule, _schema) = (rule, schema);
        _isOldOptional = rule["optionalOldSelf"].IsTrue();
        var variables = new Dictionary<string, JsonObject?>(StringComparer.Ordinal)
        {
            [Self] = schema,
            [OldSelf] = _isOldOptional ? null : schema,
        };
        var compiler = new ExpressionCompiler(rule.Text("rule") ?? "", variables);
        _condition = compiler.Compile();
        IsTransition = compiler.Used.Contains(OldSelf);
        _readsOld = IsTransition;
        if (rule.Text("messageExpression") is { Length: > 0 } text)
        {
            var ofMessage = new ExpressionCompiler(text, variables);
            _message = ofMessage.Compile();
            _readsOld |= ofMessage.Used.Contains(OldSelf);
        }

        _fieldPath = RuleFieldPath.Normal(rule.Text("fieldPath") ?? "");
    }

    /// <summary>Says whether it compares with what was before.</summary>
    public bool IsTransition { get; }

    /// <summary>
    /// Returns what is wrong with a value; null when nothing is, or when there is nothing to compare with.
    /// </summary>
    public FieldError? Judge(JsonNode value, JsonNode? old, string path)
    {
        if (IsTransition && old is null && !_isOldOptional)
        {
            return null;
        }

        var scope = new Scope(Self, CelValues.Of(value, _schema), null);
        old = _readsOld ? old : null;
        var before = old is null ? null : CelValues.Of(old, _schema);
        var plain = old is null ? scope : scope with { Outer = new Scope(OldSelf, before, null) };
        var wanted = _isOldOptional
            ? scope with
            {
                Outer = new Scope(OldSelf, old is null ? CelOptional.None : new CelOptional(true, before), null),
            }
            : plain;
        try
        {
            return _condition.Run(wanted) is true ? null : Broken(value, path, plain);
        }
        catch (CelException e)
        {
            var shown = _rule.Text("message") is { Length: > 0 } message ? message.Trim() : _rule.Text("rule")!.Trim();
            return FieldError.Invalid(
                path,
                JsonValue.Create(_schema.Text("type") ?? "").Write(),
                e.IsOverload
                    ? $"'{e.Message}': call arguments did not match a supported operator, function or macro signature "
                        + $"for rule: {shown}"
                    : $"{e.Message} evaluating rule: {shown}"
            );
        }
    }

    private FieldError Broken(JsonNode value, string path, Scope scope)
    {
        var at = _fieldPath.Length == 0 ? path : FieldError.PathOf(path, _fieldPath);
        var detail =
            Message(scope)
            ?? (
                _rule.Text("message") is { Length: > 0 } message
                    ? message.Trim()
                    : $"failed rule: {_rule.Text("rule")!.Trim()}"
            );
        var shown = _schema.Text("type") is "object" or "array" ? "" : $": {value.Write()}";
        return _rule.Text("reason") switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(at, detail),
            "FieldValueRequired" => FieldError.Required(at, detail),
            "FieldValueDuplicate" => new FieldError("FieldValueDuplicate", at, $"Duplicate value{shown}"),
            _ => new FieldError("FieldValueInvalid", at, $"Invalid value{shown}: {detail}"),
        };
    }

    /// <summary>
    /// Returns what the messageExpression says; null when there is none, or it says nothing that can be shown.
    /// </summary>
    private string? Message(Scope scope)
    {
        try
        {
            return
                _message?.Run(scope) is string said
                && said.Trim() is { Length: > 0 and <= LongestMessage } text
                && !text.Contains('\n', StringComparison.Ordinal)
                ? text
                : null;
        }
        catch (CelException)
        {
            return null;
        }
    }
}
