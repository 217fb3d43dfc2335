using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Tenancy;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>
/// Finds what is wrong with defaults by the rules of specs: those that a spec would be refused for that says what they
/// do and nothing else.
/// </summary>
internal static class DefaultsCheck
{
    private const string Spec = "spec.";

    private static readonly GemmaBaseImageSpec Smallest = new()
    {
        Base = new BaseSpec { Image = "registry.invalid/base:1" },
        Requirements = new RequirementsSpec { Inline = "numpy" },
        Output = new OutputSpec { Repository = "registry.invalid/team/image" },
    };

    /// <summary>Returns the problems by path in the defaults.</summary>
    /// <param name="layer">The defaults.</param>
    /// <param name="below">Those that count where these say nothing; null: none.</param>
    /// <param name="policy">What these may name; the operator's own may name everything.</param>
    public static IReadOnlyList<FieldError> Judge(DefaultsLayer layer, DefaultsLayer? below, TenantPolicy policy)
    {
        var spec = EffectiveSpec.Merge(Smallest, [.. new[] { layer, below }.OfType<DefaultsLayer>()]).Spec;
        var image = new GemmaBaseImage
        {
            Metadata = new V1ObjectMeta { Name = "defaults", NamespaceProperty = "defaults" },
            Spec = spec,
        };
        var own = TenantShare.Of(Smallest, layer, spec);
        return
        [
            .. JudgeGiven(layer),
            .. SpecCheck
                .Of(image)
                .Concat(TenantPolicyCheck.Judge(policy, own))
                .Select(e =>
                    e.Path.StartsWith(Spec, StringComparison.Ordinal) ? e with { Path = e.Path[Spec.Length..] } : e
                ),
        ];
    }

    /// <summary>
    /// Returns what no namespace may give to objects behind the back of a cluster's policies, which judge it in
    /// objects alone. What else is wrong with defaults shows in the objects that take them over.
    /// </summary>
    public static IEnumerable<FieldError> JudgeGiven(DefaultsLayer layer)
    {
        if (layer.From != DefaultsOrigin.Namespace)
        {
            yield break;
        }

        const string remedy = "write it in the objects that need it, or have whoever runs the operator give it to all";
        if (JsonPaths.Get(layer.Values, "output.insecure") is not null)
        {
            yield return Problem.At("output.insecure", "defaults of a namespace can't give it", remedy);
        }

        if (
            JsonPaths.Get(layer.Values, "output.credentials.type") is JsonValue type
            && type.TryGetValue<string>(out var word)
            && word == WireEnum<CredentialsType>.From(CredentialsType.WorkloadIdentity).Text
        )
        {
            yield return Problem.At("output.credentials.type", $"defaults of a namespace can't be {word}", remedy);
        }
    }
}
