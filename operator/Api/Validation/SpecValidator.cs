using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Judges what the schema and its CEL rules say of a GemmaBaseImage (an object may be older than they are, and not
/// every API server evaluates CEL) and what they can't say; what goes into the image is judged where it is understood
/// (<c>SpecCheck</c> in Builds, which is who asks). Pure; never throws, whatever the object holds.
/// </summary>
internal static class SpecValidator
{
    /// <summary>Room for <c>-b&lt;N&gt;</c> and a Job's suffix within the 63 characters of a label.</summary>
    public const int MaxNameLength = 40;

    public static IReadOnlyList<FieldError> Validate(GemmaBaseImage image)
    {
        var findings = new Findings();
        CheckName(image.Metadata ?? new V1ObjectMeta(), findings);
        if (image.Spec is not { } spec)
        {
            findings.Add("spec", "it is missing", "give at least spec.base and spec.output.repository");
            return findings.Errors;
        }

        ScheduleRules.Check(spec, findings);
        TriggerRules.Check(spec, findings);
        RequirementsRules.Check(spec, findings);
        BuildRules.Check(spec, findings);
        OutputRules.Check(spec.Output ?? new OutputSpec(), findings);
        VerificationRules.Check(spec, findings);
        RolloutRules.Check(spec, findings);
        ServerRules.Check(spec, findings);
        RetentionRules.Check(spec, findings);
        CostRules.Check(spec, findings);
        SizeRules.Check(spec, findings);
        return findings.Errors;
    }

    private static void CheckName(V1ObjectMeta metadata, Findings findings)
    {
        var name = metadata.Name ?? "";
        if (name.Length > MaxNameLength)
        {
            findings.Add(
                "metadata.name",
                $"it has {name.Length} characters",
                $"choose a name of at most {MaxNameLength} characters: builds, Jobs and the "
                    + "Service derive theirs from it"
            );
        }

        findings.Match(
            "metadata.name",
            name,
            Syntax.ServiceName(),
            "a Service's name",
            "start with a letter and use only a-z, 0-9 and -"
        );
    }
}
