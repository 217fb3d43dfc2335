using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Validation.Defaults;
using GemmaOperator.Api.Validation.Engines;
using GemmaOperator.Api.Validation.Notifications;
using GemmaOperator.Api.Validation.Pods;
using GemmaOperator.Api.Validation.Routing;
using GemmaOperator.Builds.Inputs.Scanners;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Finds everything that is wrong with a GemmaBaseImage as far as its own text shows it, all at once: the schema's
/// rules, and what only those find who understand the content. Each field is judged in one place. Never throws,
/// whatever the object holds.
/// </summary>
internal static class SpecCheck
{
    public static IReadOnlyList<FieldError> Of(GemmaBaseImage image) => Parse(image).Problems;

    /// <summary>
    /// Understands the spec's own text once; what it names in ConfigMaps is added by
    /// <see cref="ParsedSpec.WithTexts"/>.
    /// </summary>
    public static Parsed<ParsedSpec> Parse(GemmaBaseImage image)
    {
        var errors = SpecValidator.Validate(image);
        if (image.Spec is not { } spec)
        {
            return Parsed<ParsedSpec>.Wrong(errors);
        }

        var parsed = ParsedSpec.Parse(spec, requirements: null, dockerfile: null);
        IReadOnlyList<FieldError> all =
        [
            .. errors
                .Concat(ServedPodRules.Check(spec))
                .Concat(EngineRules.Check(image))
                .Concat(DefaultsRules.Check(spec))
                .Concat(NotificationRules.Check(spec))
                .Concat(RoutingRules.Check(spec))
                .Concat(parsed.Problems)
                .Concat(KanikoArgs.Parse(spec.Build?.ExtraArgs, "spec.build.extraArgs").Problems)
                .Concat(BuildVariables.Parse(spec.Build?.Env).Problems)
                .Concat(ScannerOptions.Parse(spec.Verification?.Scan).Problems)
                .Distinct(),
        ];
        return all.Count > 0 ? Parsed<ParsedSpec>.Wrong(all) : parsed;
    }
}
