using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Storage;

namespace LocalCluster.Hooks;

/// <summary>Asks ValidatingAdmissionPolicies, each through the bindings that name it, without parameters.</summary>
internal sealed class AdmissionPolicies(ObjectStore store, ResourceCatalog catalog)
{
    public const string Policies = "validatingadmissionpolicies.admissionregistration.k8s.io";
    public const string Bindings = "validatingadmissionpolicybindings.admissionregistration.k8s.io";

    private readonly Parsed<AdmissionPolicy> _policies = new(json => new AdmissionPolicy(json));
    private readonly Parsed<JsonObject> _bindings = new(json => json);

    /// <exception cref="ApiException">One denies it.</exception>
    public void Ask(AdmissionAttributes asked)
    {
        foreach (var policy in Stored(Policies).Select(_policies.Of))
        {
            if (HookMatch.Find(policy.Rules, policy.Constraints, asked, catalog.All) is null || policy.Excludes(asked))
            {
                continue;
            }

            foreach (var binding in Stored(Bindings).Select(_bindings.Of).Where(b => Binds(b, policy, asked)))
            {
                if (policy.Judge(asked) is { } problem)
                {
                    Act(policy, binding, problem, asked);
                }
            }
        }
    }

    private static void Act(
        AdmissionPolicy policy,
        JsonObject binding,
        (string Message, string Reason) problem,
        AdmissionAttributes asked
    )
    {
        var name = binding.Metadata().Text("name");
        var actions = (binding.Object("spec").Array("validationActions") ?? []).Select(a => a.Text()).ToList();
        if (actions.Contains("Warn", StringComparer.Ordinal))
        {
            var warning =
                $"Validation failed for ValidatingAdmissionPolicy '{policy.Name}' with binding '{name}': "
                + problem.Message;
            asked.Warnings.Add($"299 - {JsonValue.Create(warning).Write()}");
        }

        if (actions.Contains("Deny", StringComparer.Ordinal))
        {
            throw asked.Denied(
                $"ValidatingAdmissionPolicy '{policy.Name}' with binding '{name}' denied request: " + problem.Message,
                problem.Reason switch
                {
                    "Forbidden" => 403,
                    "Unauthorized" => 401,
                    "RequestEntityTooLarge" => 413,
                    _ => 422,
                },
                problem.Reason
            );
        }
    }

    private bool Binds(JsonObject binding, AdmissionPolicy policy, AdmissionAttributes asked)
    {
        var spec = binding.Object("spec");
        return spec.Text("policyName") == policy.Name
            && (
                spec.Object("matchResources") is not { } resources
                || HookMatch.Find(
                    resources.Array("resourceRules") is { Count: > 0 } rules ? rules : policy.Rules,
                    resources,
                    asked,
                    catalog.All
                )
                    is not null
            );
    }

    private IReadOnlyList<StoredObject> Stored(string key) => store.List(key, null).Objects;
}
