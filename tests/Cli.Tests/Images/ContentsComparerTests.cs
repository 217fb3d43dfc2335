using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using k8s.Models;
using KubectlGemma.Images;
using KubectlGemma.Output;

namespace Cli.Tests.Images;

/// <summary>Two builds are compared by their lists, or by what the API keeps, which it says.</summary>
public sealed class ContentsComparerTests
{
    private static readonly PackageChange Moved = new()
    {
        Name = "torch",
        Old = "1",
        New = "2",
    };

    [Test]
    public void Whole_lists_give_all_changes()
    {
        var old = Known("gemma-b1", "a", List([.. Enumerable.Range(0, 30).Select(i => ($"p{i}", "1"))]));
        var now = Known("gemma-b2", "b", List([.. Enumerable.Range(0, 30).Select(i => ($"p{i}", "2"))]));
        var compared = ContentsComparer.Compare(old, now);
        Assert.That(compared, Has.Property("Summary").EqualTo("+0 ~30 -0").And.Property("IsWhole").True);
        Assert.That(compared.Changes, Has.Count.EqualTo(30));
    }

    [Test]
    public void Equal_fingerprints_need_no_list() =>
        Assert.That(
            ContentsComparer.Compare(Known("gemma-b1", "a"), Known("gemma-b2", "a")).Summary,
            Is.EqualTo("+0 ~0 -0")
        );

    [TestCase(1, true)]
    [TestCase(70, false)]
    public void The_API_tells_of_the_build_that_it_compared_with(int upgraded, bool isWhole)
    {
        var now = Known("gemma-b2", "b", null, Compared("gemma-b1", upgraded));
        var compared = ContentsComparer.Compare(Known("gemma-b1", "a"), now);
        Assert.That(compared.Changes, Is.EqualTo([Moved]));
        Assert.That(compared.IsWhole, Is.EqualTo(isWhole));
    }

    [Test]
    public void What_neither_tells_is_refused_with_what_would_be_told()
    {
        var now = Known("gemma-b3", "c", null, Compared("gemma-b2", 1));
        Assert.That(
            () => ContentsComparer.Compare(Known("gemma-b1", "a"), now),
            Throws
                .TypeOf<CliException>()
                .With.Property(nameof(CliException.Code))
                .EqualTo(ExitCode.Refused)
                .And.Message.EqualTo(
                    "gemma-b3 can't be compared with gemma-b1: away. The API keeps only what gemma-b3 changed against "
                        + "gemma-b2: --against gemma-b2"
                )
        );
    }

    private static ContentsStatus Compared(string with, int upgraded) =>
        new()
        {
            ComparedWith = with,
            Summary = $"+0 ~{upgraded} -0",
            Added = 0,
            Upgraded = upgraded,
            Removed = 0,
            Changes = [Moved],
        };

    private static KnownContents Known(
        string name,
        string print,
        PackageList? list = null,
        ContentsStatus? said = null
    ) =>
        new(
            new GemmaBuild { Metadata = new V1ObjectMeta { Name = name } },
            (said ?? new ContentsStatus()) with
            {
                Fingerprint = print,
            },
            list,
            list is null ? "away" : null
        );

    private static PackageList List((string Name, string Version)[] packages) =>
        PackageList.Of(
            packages.Select(p => new Package(PackageKind.Dpkg, p.Name, p.Version, "amd64", PackageOrigin.Unknown))
        );
}
