using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Defaults;

/// <summary>Judges what a spec says of the defaults that it takes over.</summary>
internal static class DefaultsRules
{
    private const string Path = "spec.defaults";

    public static IReadOnlyList<FieldError> Check(GemmaBaseImageSpec spec)
    {
        var findings = new Findings();
        if (spec.Defaults is not { } defaults)
        {
            return [];
        }

        findings.OneOf($"{Path}.policy", defaults.Policy);
        foreach (var (i, name) in (defaults.Except ?? []).Index())
        {
            if (InheritableFields.All.All(f => f.Name != name))
            {
                findings.Add(
                    $"{Path}.except[{i}]",
                    $"{Quoted.Of(name)} isn't a field that has defaults",
                    "write its path without spec, as docs/api.md lists them, such as verification.scan.enabled"
                );
            }
        }

        return findings.Errors;
    }
}
