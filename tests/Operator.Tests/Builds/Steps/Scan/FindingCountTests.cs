using GemmaOperator.Builds.Steps.Scan;

namespace Operator.Tests.Builds.Steps.Scan;

/// <summary>Findings of several platforms are counted once each, as far as they are named.</summary>
public sealed class FindingCountTests
{
    private static readonly (string Id, string Package) A = ("CVE-2026-0001", "openssl");

    private static readonly (string Id, string Package) B = ("CVE-2026-0002", "curl");

    [Test]
    public void What_several_lists_name_counts_once() => Assert.That(FindingCount.Of([1, 1], [A, A]), Is.EqualTo(1));

    [Test]
    public void What_each_list_names_alone_counts() => Assert.That(FindingCount.Of([1, 1], [A, B]), Is.EqualTo(2));

    [Test]
    public void Where_more_is_counted_than_named_the_longest_list_counts() =>
        Assert.That(FindingCount.Of([3, 40], [A, B]), Is.EqualTo(40));

    [Test]
    public void One_list_counts_for_itself() => Assert.That(FindingCount.Of([1], [A, B]), Is.EqualTo(1));
}
