using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Words;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in which defaults an object takes over.</summary>
internal static class DefaultsMistakes
{
    public static IEnumerable<TestCaseData> All()
    {
        yield return Mistake(
            "an unknown policy",
            s => s with { Defaults = new DefaultsSpec { Policy = WireEnum<DefaultsPolicy>.Read("Sometimes") } },
            "spec.defaults.policy"
        );
        foreach (var name in new[] { "output.repository", "spec.build.retries", "verification.scan.scanner", "" })
        {
            yield return Mistake(
                $"'{name}' as a field that has defaults",
                s => s with { Defaults = new DefaultsSpec { Except = ["build.retries", name] } },
                "spec.defaults.except[1]"
            );
        }
    }
}
