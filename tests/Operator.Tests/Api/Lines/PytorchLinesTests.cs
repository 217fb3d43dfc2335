using GemmaOperator.Api.Lines;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.BaseImages.Status;

namespace Operator.Tests.Api.Lines;

/// <summary>What is known of the lines of PyTorch, and what is said of those that specs declare.</summary>
internal sealed class PytorchLinesTests
{
    private static readonly PytorchLines Lines = PytorchLines.Parse(
        """
        known 2026-09-18
        2.12 2026-05 2.12.1 9 12.6 13.0 13.2
        2.13 2026-07 2.13.0 9 12.6 13.0 13.2
        2.14 2026-09 2.14.1 - 13.0 13.2
        """
    );

    [Test]
    public void What_is_shipped_can_be_read_and_says_where_it_is_from()
    {
        var shipped = PytorchLines.Shipped;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shipped.Known, Is.GreaterThanOrEqualTo(new DateOnly(2026, 9, 18)));
            Assert.That(shipped.Of(new Version("2.10.0"))!.Cuda, Is.EqualTo(["12.6", "12.8", "13.0"]));
            Assert.That(shipped.All.Select(line => line.Released), Is.Ordered.And.All.Match("^20[0-9]{2}-[01][0-9]$"));
            Assert.That(
                File.ReadAllText(Checkout.PathTo("operator", "Api", "Lines", "pytorch-lines.txt")),
                Does.StartWith("#").And.Contain("https://github.com/pytorch/pytorch/blob/main/RELEASE.md")
            );
        }
    }

    [TestCase("2.14.1", "13.0", true, "Current", "2.14.1 is the newest release of the newest line")]
    [TestCase("2.14.1", "", true, "Current", "as known on 2026-09-18")]
    [TestCase("2.14.0", "13.2.1", true, "NewerPatch", "2.14.1 its newest release")]
    [TestCase(
        "2.13.0",
        "13.0",
        false,
        "EndOfLine",
        "since 2.14 came in 2026-09. The newest is 2.14.1, for CUDA 13.0, 13.2, 13.0 among them"
    )]
    [TestCase(
        "2.12.0",
        "12.6",
        false,
        "EndOfLine",
        "since 2.13 came in 2026-07. The newest is 2.14.1, for CUDA 13.0, 13.2, and no longer for 12.6"
    )]
    [TestCase("1.13.1", "", false, "EndOfLine", "older than every line")]
    [TestCase("2.14.1", "12.6", null, "UnknownLine", "published for CUDA 13.0, 13.2, and not for 12.6")]
    [TestCase("2.15.0", "13.2", null, "UnknownLine", "newer than what this operator knows")]
    [TestCase("2.14.2", "13.2", null, "UnknownLine", "newer than what this operator knows")]
    [TestCase("3.0.0", "14.0", null, "UnknownLine", "newer than what this operator knows")]
    public void A_declared_pair_is_judged_by_what_is_known(
        string pytorch,
        string cuda,
        bool? isTrue,
        string reason,
        string says
    )
    {
        var finding = BaseSupportedRule.Judge(pytorch, cuda, Lines, LineNeeds.Unknown)!;
        Assert.That((finding.IsTrue, finding.Reason), Is.EqualTo((isTrue, reason)));
        Assert.That(finding.Message, Does.Contain(says));
    }

    [TestCase("2.13.0", "2.14.2", "EndOfLine", "The newest is 2.14.2")]
    [TestCase("2.14.1", "2.14.2", "NewerPatch", "2.14.2 its newest release (as known on 2026-09-18 and by the reg")]
    [TestCase("2.14.1", "2.15.0", "EndOfLine", "since 2.15 is there. The newest is 2.15.0, for CUDA 13.0, 13.0 among")]
    [TestCase("2.15.0", "2.15.0", "Current", "by the registry's tags")]
    [TestCase("2.14.1", "2.13.0", "Current", "as known on 2026-09-18)")]
    public void What_a_registry_has_is_newer_than_what_is_shipped(
        string pytorch,
        string seen,
        string reason,
        string says
    )
    {
        var finding = BaseSupportedRule.Judge(
            pytorch,
            "13.0",
            Lines.With(new Version(seen), "13.0"),
            LineNeeds.Unknown
        )!;
        Assert.That(finding.Reason, Is.EqualTo(reason));
        Assert.That(finding.Message, Does.Contain(says));
    }

    [Test]
    public void A_line_that_is_gone_for_a_CUDA_names_the_newest_that_is_for_it() =>
        Assert.That(
            BaseSupportedRule.Judge("2.12.1", "12.6", Lines, LineNeeds.Unknown)!.Message,
            Does.Contain("and no longer for 12.6, for which 2.13.0 is the newest")
        );

    [TestCase("")]
    [TestCase("2.5.0a0+e000cf0ad9")]
    [TestCase("2.13.0+cu130")]
    [TestCase("2")]
    [TestCase("2.13.0.0.0")]
    [TestCase("2.99999999999.0")]
    public void What_is_no_release_of_PyTorch_has_no_line(string pytorch) =>
        Assert.That(BaseSupportedRule.Judge(pytorch, "12.8", Lines, LineNeeds.Unknown), Is.Null);

    [TestCase("2.14 2026-09 2.14.0 9 13.0", "no day")]
    [TestCase("known 2026-09-18", "no line")]
    [TestCase("known 18.9.2026\n2.14 2026-09 2.14.0 9 13.0", "neither")]
    [TestCase("known 2026-09-18\n2.14 2026-09 2.13.0 9 13.0", "neither")]
    [TestCase("known 2026-09-18\n2.14 2026-09 2.14.0 9 13.0\n2.13 2026-07 2.13.0 9 13.0", "neither")]
    [TestCase("known 2026-09-18\n2.14 2026-09 2.14.0 9", "neither")]
    public void A_list_that_is_wrong_is_not_read(string text, string says) =>
        Assert.That(() => PytorchLines.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(says));
}
