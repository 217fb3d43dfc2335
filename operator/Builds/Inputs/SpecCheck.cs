using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Validation;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Finds everything that is wrong with a GemmaBaseImage as far as its own text shows it, all at once: the schema's
/// rules, and what only those find who understand the content. Each field is judged in one place. Never throws,
/// whatever the object holds.
/// </summary>
internal static class SpecCheck
{
    public static IReadOnlyList<FieldError> Of(GemmaBaseImage image)
    {
        var errors = SpecValidator.Validate(image);
        return image.Spec is not { } spec
            ? errors
            :
            [
                .. errors
                    .Concat(ParsedSpec.Parse(spec, requirements: null, dockerfile: null).Problems)
                    .Concat(KanikoArgs.Parse(spec.Build?.ExtraArgs, "spec.build.extraArgs").Problems)
                    .Distinct(),
            ];
    }
}
