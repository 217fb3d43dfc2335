using GemmaOperator.Api.BaseImages;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Checks where requirements and the Dockerfile come from. Their text is understood where it is built.
/// </summary>
internal static class RequirementsRules
{
    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        if (spec.Requirements is { } requirements)
        {
            CheckSource(requirements, findings);
            if (requirements.Format is { } format)
            {
                findings.OneOf("spec.requirements.format", format);
            }

            if (requirements.IndexCredentialsRef is { } secret)
            {
                Names.CheckKey(
                    "spec.requirements.indexCredentialsRef",
                    secret.Name,
                    secret.Key ?? "",
                    "a Secret",
                    findings
                );
            }
        }

        if (spec.Requirements?.MinAge is { } age)
        {
            Durations.Check(Durations.MinAge, age, findings);
            if (spec.Dockerfile is not null)
            {
                findings.Add(
                    "spec.requirements.minAge",
                    "a Dockerfile of your own installs what it likes",
                    "leave out requirements.minAge, and give pip --uploaded-prior-to in the Dockerfile"
                );
            }
        }

        if (spec.Dockerfile is { } dockerfile)
        {
            Names.CheckKey("spec.dockerfile.configMapRef", dockerfile.ConfigMapRef ?? new KeyReference(), findings);
        }
    }

    private static void CheckSource(RequirementsSpec requirements, Findings findings)
    {
        var inline = requirements.Inline ?? "";
        if (requirements.ConfigMapRef is { } reference)
        {
            Names.CheckKey("spec.requirements.configMapRef", reference, findings);
            if (inline.Length > 0)
            {
                findings.Add(
                    "spec.requirements",
                    "inline and configMapRef are both given",
                    "give requirements.inline or requirements.configMapRef, not both"
                );
            }
        }
    }
}
