using Tests.Shared.Fuzzing;

namespace Operator.Tests.Fuzzing;

/// <summary>
/// Whatever is read from outside comes to a value or to the failure that the parser declares, in bounded time and
/// memory. For longer, with another seed: <c>make fuzz</c>.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class FuzzTests
{
    private static readonly string Kept = Path.Combine(TestContext.CurrentContext.TestDirectory, "Fuzzing", "corpus");

    private static IEnumerable<TestCaseData> Targets() =>
        new[] { RegistryTargets.All, SpecTargets.All, ReportTargets.All, ContentsTargets.All }
            .SelectMany(all => all)
            .Select(target => new TestCaseData(target).SetArgDisplayNames(target.Name));

    [TestCaseSource(nameof(Targets))]
    public void A_parser_takes_whatever_comes(object target) => FuzzRun.Try((FuzzTarget)target, Kept);
}
