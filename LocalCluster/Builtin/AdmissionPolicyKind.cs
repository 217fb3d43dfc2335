using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Defaults and checks ValidatingAdmissionPolicies.</summary>
internal sealed class AdmissionPolicyKind : BuiltinKind
{
    public override bool HasGeneration => true;

    public override void Default(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        spec.Fill("failurePolicy", "Fail");
        AdmissionBindingKind.DefaultMatch(spec.Object("matchConstraints"));
        json.Fill("status", new JsonObject());
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var spec = json.Child("spec");
        if (spec.Object("matchConstraints") is not { } constraints)
        {
            yield return FieldError.Required("spec.matchConstraints");
        }
        else if (constraints.Array("resourceRules") is not { Count: > 0 })
        {
            yield return FieldError.Required("spec.matchConstraints.resourceRules");
        }

        if (spec.Array("validations") is not { Count: > 0 } && spec.Array("auditAnnotations") is not { Count: > 0 })
        {
            yield return FieldError.Required(
                "spec.validations",
                "validations or auditAnnotations must contain at least one item"
            );
        }

        foreach (
            var problem in new[] { "matchConditions", "variables", "validations" }.SelectMany(list =>
                AdmissionExpressions.OfList(spec, "spec", list)
            )
        )
        {
            yield return problem;
        }
    }
}
