using GemmaOperator.Api.BaseImages;
using k8s.Models;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Views;

namespace Cli.Tests.Views;

/// <summary>What people see of recorded objects is as it was looked at, plain and in colour.</summary>
public sealed class GoldenTests
{
    private const int Width = 100;

    private static readonly (string Name, Func<IEnumerable<Line>> Lines)[] Pages =
    [
        ("list", () => ListView.Table([Row], Recording.Now, withNamespace: true, isWide: true).Lines()),
        ("status", () => StatusView.Lines(Recording.Tree, Width)),
        ("why", () => WhyView.Lines(Recording.Tree, reasoning: null, Width)),
        ("builds", () => BuildsView.Table(Recording.Tree.Builds, Recording.Now, false, true).Lines()),
        ("cost", () => CostView.Lines([Row, Row with { Name = "other" }], withNamespace: false)),
    ];

    private static IEnumerable<string> Names => Pages.Select(p => p.Name);

    private static ImageRow Row => ImageRow.Read(Recording.RolledBack.At("image"));

    [TestCaseSource(nameof(Names))]
    public void A_page_is_plain_without_a_terminal(string name)
    {
        using var output = new StringWriter();
        new PlainScreen(output, TextWriter.Null).Print(Lines(name));
        Recording.Compare($"{name}.txt", output.ToString());
    }

    [TestCaseSource(nameof(Names))]
    public void A_page_has_colours_on_a_terminal(string name)
    {
        using var output = new StringWriter();
        ColorScreen.Of(output, TextWriter.Null, Width).Print(Lines(name));
        var text = output.ToString();
        Recording.Compare($"{name}.ansi", text);
        Assert.That(text, Does.Contain("\u001b["));
    }

    [TestCase("registry.example/team/a@sha256:{0}", "a@sha256:0000…")]
    [TestCase("nothing", "nothing")]
    public void A_reference_in_a_sentence_is_short(string text, string expected)
    {
        Assert.That(ShortReferences.In(string.Format(null, text, new string('0', 64))), Is.EqualTo(expected));
    }

    [Test]
    public void What_an_object_says_steers_no_terminal()
    {
        var image = Recording.Tree.Image;
        var hostile = Recording.Tree with
        {
            Image = image with
            {
                Status = new GemmaBaseImageStatus
                {
                    Conditions =
                    [
                        new V1Condition
                        {
                            Type = "Ready\u001b[2J",
                            Status = "Tr\u0007ue",
                            Reason = "x\u009b31m",
                            Message = "a\u001b]0;title\u0007 \u202eb\r\nc",
                        },
                    ],
                },
            },
        };
        using var output = new StringWriter();
        new PlainScreen(output, TextWriter.Null).Print(StatusView.Lines(hostile, Width));
        new PlainScreen(output, TextWriter.Null).Print(WhyView.Lines(hostile, null, Width));
        Assert.That(output.ToString().Replace("\n", "", StringComparison.Ordinal), Does.Not.Match(@"[\p{Cc}\u202e]"));
    }

    private static IEnumerable<Line> Lines(string name) => Pages.Single(p => p.Name == name).Lines();
}
