using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Contents;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in what holds back packages that nobody has looked at yet.</summary>
internal static class SupplyMistakes
{
    public static IEnumerable<TestCaseData> All()
    {
        yield return Mistake(
            "an age beside a Dockerfile",
            s =>
                s with
                {
                    Requirements = new RequirementsSpec { Inline = "numpy\n", MinAge = "168h" },
                    Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "own" } },
                },
            "spec.requirements.minAge"
        );
        yield return Mistake(
            "an age that is none",
            s =>
                s with
                {
                    Requirements = new RequirementsSpec { Inline = "numpy\n", MinAge = "1 week" },
                },
            "spec.requirements.minAge"
        );
        yield return Mistake(
            "an age of minutes",
            s =>
                s with
                {
                    Requirements = new RequirementsSpec { Inline = "numpy\n", MinAge = "5m" },
                },
            "spec.requirements.minAge"
        );
        yield return Mistake(
            "approval of what nobody lists",
            s =>
                s with
                {
                    Verification = s.Verification with
                    {
                        NewPackages = NewPackagesPolicy.Approve,
                        PullTest = s.Verification.PullTest with { Enabled = false },
                    },
                },
            "spec.verification.newPackages"
        );
    }
}
