using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides what people are told of an object whose builds aren't isolated.</summary>
internal static class LegacyIsolationRule
{
    private const string Cost =
        "the code of packages and of the Dockerfile runs beside the credential that pushes the image, and can take it "
        + "along";

    /// <summary>Returns null when they are.</summary>
    public static Finding? Judge(ConditionFacts f) =>
        f.Seen.Image.Spec is not { } spec || BuildTemplateExtensions.IsIsolated(spec.Build, spec.Output) ? null
        : spec.Build.Isolation is not null
            ? Finding.True(
                ImageReason.LegacyIsolation.AskedFor,
                $"spec.build.isolation is Legacy: {Cost}. Remove the field to build isolated."
            )
        : Finding.True(
            ImageReason.LegacyIsolation.WorkloadIdentity,
            $"spec.output.credentials.type is WorkloadIdentity: {Cost}. Name a Secret there to build isolated, or set "
                + "spec.build.isolation to Legacy to say that this is known."
        );
}
