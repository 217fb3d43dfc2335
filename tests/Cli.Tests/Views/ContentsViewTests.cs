using GemmaOperator.Api.Contents;
using KubectlGemma.Views;

namespace Cli.Tests.Views;

internal sealed class ContentsViewTests
{
    [Test]
    public void What_moved_stands_below_the_counts()
    {
        var contents = new ContentsStatus
        {
            Packages = 523,
            Summary = "+1 ~1 -1",
            ComparedWith = "gemma-b1",
            Changes =
            [
                new PackageChange
                {
                    Name = "torch",
                    Old = "2.9.0",
                    New = "2.10.0",
                },
                new PackageChange { Name = "idna", New = "3.10" },
                new PackageChange { Name = "zip", Old = "3.0" },
            ],
        };
        Assert.That(
            ContentsView.Lines(contents, "  ").Select(line => line.Text),
            Is.EqualTo([
                "  523 packages, +1 ~1 -1 against gemma-b1",
                "    ~ torch 2.9.0 → 2.10.0",
                "    + idna 3.10",
                "    - zip 3.0",
            ])
        );
    }
}
