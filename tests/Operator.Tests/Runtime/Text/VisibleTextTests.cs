using System.Text;
using GemmaOperator.Check;
using GemmaOperator.Cluster;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Text;
using GemmaOperator.Text;

namespace Operator.Tests.Runtime.Text;

/// <summary>Hostile 12: whatever comes from outside, nothing of it acts on a terminal or hides in a page.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class VisibleTextTests
{
    /// <summary>Lists texts that each do one thing to whoever shows them.</summary>
    private static readonly string[] Hostile =
    [
        "a\x1B[2K\x1B[1Ab",
        "a\x9B2Kb",
        "a\x1B]0;title\ab",
        "a\r\nReady   True   Serving",
        "a\0b",
        "a\bb",
        "a\x7Fb",
        "a\x85b",
        "a\u2028b\u2029c",
        "a\u202Eb",
        "a\u2066b\u2069c",
        "a\u200Bb\u200Dc\u2060d\uFEFFe",
        "a\u00ADb",
        "a\u3164b\u115Fc\uFFA0d",
        "a\U000E0041\U000E0042b",
        "a\uFE01b\U000E0100c",
        "a\uD800b",
        "a\uDC00",
        "a\uE000b",
        "a\u061Cb",
        "a\uFFFFb",
    ];

    [TestCaseSource(nameof(Hostile))]
    public void Every_edge_shows_it_as_one_harmless_line(string hostile)
    {
        var conditions = new Conditions([], 1, DateTime.UnixEpoch);
        conditions.True("Stalled", "InvalidSpec", hostile);
        var request = new KubeRequest("get", "pods", "n", "p");
        string[] shown =
        [
            conditions.List[0].Message,
            new EventText(true, "R", "A", hostile).Note,
            (new EventText(true, "R", "A", "") with { Note = VisibleText.Line(hostile) }).Note,
            new KubeApiException(hostile, request).Message,
            new HubException(HubError.Refused, hostile).Message,
            new RegistryException(RegistryError.Invalid, hostile).Message,
            CheckLine.Fail("x", hostile, "").What,
            CheckLine.Fail("x", "", hostile).Remedy,
            Quoted.Of(hostile),
            VisibleText.Line(hostile),
        ];
        Assert.That(shown, Is.All.Matches<string>(IsHarmless));
        Assert.That(shown, Is.All.StartsWith("a").Or.StartsWith("\"a"), "what can be seen stays");
    }

    [TestCaseSource(nameof(Hostile))]
    public void Logs_and_terminals_keep_their_ends_of_lines_alone(string hostile)
    {
        using var terminal = new StringWriter();
        var writer = new VisibleWriter(terminal);
        writer.Write(hostile);
        writer.WriteLine(hostile);
        writer.Write(hostile.ToCharArray());
        writer.Write("{0}", hostile);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(terminal.ToString().Split('\n'), Is.All.Matches<string>(IsHarmless));
            Assert.That(MaskedLog.Clean(hostile).Split('\n'), Is.All.Matches<string>(IsHarmless));
        }
    }

    [TestCase("plain text, with  two spaces: 'quotes' {braces}")]
    [TestCase("Größe 10 µs — “fine” … 日本語 Ελλάδα עברית")]
    [TestCase("👍 ok")]
    [TestCase("")]
    public void What_can_be_seen_is_left_as_it_is(string text) =>
        Assert.That((VisibleText.Line(text), VisibleText.Lines(text)), Is.EqualTo((text, text)));

    [Test]
    public void Lines_of_a_log_stay_lines() => Assert.That(VisibleText.Lines("a\n\tb\nc"), Is.EqualTo("a\nb\nc"));

    [Test]
    public void A_message_of_a_server_is_bounded() =>
        Assert.That(
            new KubeApiException(new string('x', 1_000_000), new KubeRequest("get", "pods", "n", "p")).Message,
            Has.Length.EqualTo(4096)
        );

    private static bool IsHarmless(string? text)
    {
        for (var at = 0; at < text!.Length; )
        {
            if (
                Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var width)
                    != System.Buffers.OperationStatus.Done
                || !VisibleText.IsVisible(rune)
            )
            {
                return false;
            }

            at += width;
        }

        return true;
    }
}
