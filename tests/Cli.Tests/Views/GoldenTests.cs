using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Channels;
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

    [TestCase("2.10.0", "pytorch:2.10.0-cuda12.8-cudnn9-runtime")]
    [TestCase("2.11.0", "pytorch:2.10.0-cuda12.8-cudnn9-runtime, newest 2.11.0")]
    [TestCase(null, "pytorch:2.10.0-cuda12.8-cudnn9-runtime")]
    public void A_list_says_which_base_is_built_on_and_what_is_newer(string? newest, string says)
    {
        var row = Row with { Base = "hub.example/pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime", NewestBase = newest };
        using var output = new StringWriter();
        new PlainScreen(output, TextWriter.Null).Print(
            ListView.Table([row], Recording.Now, withNamespace: true, isWide: true).Lines()
        );
        Assert.That(output.ToString().TrimEnd(), Does.EndWith(says));
    }

    [Test]
    public void A_status_says_where_a_channel_stands()
    {
        var image = Recording.Tree.Image;
        var tree = Recording.Tree with
        {
            Image = image with
            {
                Status = image.Status! with
                {
                    Base = new ChannelStatus
                    {
                        Channel = BaseChannel.Patch,
                        Declared = "pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime",
                        Newest = "2.11.0",
                    },
                },
            },
        };
        using var output = new StringWriter();
        new PlainScreen(output, TextWriter.Null).Print(StatusView.Lines(tree, Width));
        Assert.That(
            output.ToString(),
            Does.Contain("base      pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime; channel Patch; newest 2.11.0")
        );
    }

    private static IEnumerable<Line> Lines(string name) => Pages.Single(p => p.Name == name).Lines();
}
