using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Defaults and checks ValidatingAdmissionPolicyBindings.</summary>
internal sealed class AdmissionBindingKind : BuiltinKind
{
    private static readonly string[] Actions = ["\"Audit\"", "\"Deny\"", "\"Warn\""];

    public override bool HasGeneration => true;

    /// <summary>Fills in what MatchResources leave open.</summary>
    public static void DefaultMatch(JsonObject? resources)
    {
        resources?.Fill("matchPolicy", "Equivalent");
        resources?.Fill("namespaceSelector", new JsonObject());
        resources?.Fill("objectSelector", new JsonObject());
        foreach (
            var rule in new[] { "resourceRules", "excludeResourceRules" }
                .SelectMany(l => resources.Array(l) ?? [])
                .OfType<JsonObject>()
        )
        {
            rule.Fill("scope", "*");
        }
    }

    public override void Default(JsonObject json, JsonObject? before) =>
        DefaultMatch(json.Child("spec").Object("matchResources"));

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        if (spec.Text("policyName") is not { Length: > 0 })
        {
            yield return FieldError.Required("spec.policyName");
        }

        if (spec.Array("validationActions") is not { Count: > 0 } actions)
        {
            yield return FieldError.Required("spec.validationActions");
            yield break;
        }

        foreach (var action in actions.Where(a => !Actions.Contains(a.Write(), StringComparer.Ordinal)))
        {
            yield return FieldError.Unsupported("spec.validationActions", action.Write(), Actions);
        }
    }
}
