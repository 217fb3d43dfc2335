using Quickstart.Terminal;

namespace Operator.Tests.Samples;

/// <summary>What is shown fits, says the same, and steers no terminal.</summary>
internal sealed class TerminalTextTests
{
    private const string Digest = "sha256:4927aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [TestCase($"127.0.0.1:5000/eu.pkg.dev/p/gemma-service@{Digest} serves", "gemma-service@sha256:4927… serves")]
    [TestCase($"({Digest}: pod x)", "(sha256:4927…: pod x)")]
    [TestCase("was eu.pkg.dev/p/gemma-server:0.1.0, now", "was gemma-server:0.1.0, now")]
    [TestCase("GET https://eu.pkg.dev/v2/p:1/x", "GET https://eu.pkg.dev/v2/p:1/x")]
    [TestCase("/tmp/a/b:c", "/tmp/a/b:c")]
    [TestCase("of hub:http://127.0.0.1:44369/google/gemma-3@main;", "of hub:google/gemma-3@main;")]
    [TestCase("v1-dcd331f87ccff84abb9145c4c00faf65", "v1-dcd3…")]
    public void References_are_short(string text, string expected) =>
        Assert.That(ShortReferences.In(text), Is.EqualTo(expected));

    [TestCase("abcdef", 6, "abcdef")]
    [TestCase("abcdef", 5, "abcd…")]
    [TestCase("日本語日本語", 6, "日本…")]
    [TestCase("日本語日本語", 12, "日本語日本語")]
    [TestCase("ab cd", 4, "ab…")]
    public void A_long_text_is_cut(string text, int width, string expected) =>
        Assert.That(TerminalText.Cut(text, width), Is.EqualTo(expected));

    [Test]
    public void Text_is_wrapped_at_spaces_and_a_wide_word_within()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(TerminalText.Wrap("one two three", 8), Is.EqualTo(new[] { "one two", "three" }));
            Assert.That(TerminalText.Wrap("日本語日本語 x", 5), Is.EqualTo(new[] { "日本", "語日", "本語", "x" }));
            Assert.That(TerminalText.Wrap("", 5), Is.Empty);
        }
    }

    [Test]
    public void Nothing_steers_the_terminal() =>
        Assert.That(TerminalText.Clean("a\u001b[31mb\r\nc\u202Ed\u0007\te"), Is.EqualTo("a[31mb cd e"));

    [TestCase(80)]
    [TestCase(40)]
    [TestCase(120)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        using var output = new StringWriter();
        var screen = Screen.Ansi(output, TextWriter.Null, width, hasColors: false);
        var text = string.Join(' ', Enumerable.Repeat($"日本語 127.0.0.1:1/p/gemma@{Digest} {new string('x', 50)}", 5));
        screen.Title(text);
        screen.Line(text, indent: 2);
        screen.Field("why", text);
        screen.Step(TimeSpan.FromSeconds(3), "ContainerCrashLoop", text);
        Assert.That(Lines(output).Select(TerminalText.Width), Has.All.LessThanOrEqualTo(width));
    }

    [Test]
    public async Task A_live_line_comes_on_a_terminal_alone_and_colours_where_they_are_wanted()
    {
        var (live, bare, plain) = (new StringWriter(), new StringWriter(), new StringWriter());
        foreach (
            var screen in new[]
            {
                Screen.Ansi(live, TextWriter.Null, 80, hasColors: true),
                Screen.Ansi(bare, TextWriter.Null, 80, hasColors: false),
                Screen.Plain(plain, TextWriter.Null),
            }
        )
        {
            await screen.LiveAsync(show =>
            {
                show("Building: [x]");
                screen.Step(TimeSpan.FromSeconds(1), "Building", "it builds");
                return Task.FromResult(0);
            });
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Lines(live), Has.Some.EndsWith("   1.0 s  Building            it builds"), "in one piece");
            Assert.That(plain.ToString(), Is.EqualTo("   1.0 s  Building            it builds\n"));
            Assert.That(
                live.ToString(),
                Does.Contain("it builds").And.Match(@"\u001b\[[0-9;]*(3[0-7]|9[0-7])[0-9;]*m")
            );
            Assert.That(
                bare.ToString(),
                Does.Contain("it builds").And.Not.Match(@"\u001b\[[0-9;]*(3[0-9]|9[0-7])[0-9;]*m")
            );
        }
    }

    private static IEnumerable<string> Lines(StringWriter output) =>
        System
            .Text.RegularExpressions.Regex.Replace(
                output.ToString(),
                "\u001b\\[[0-9;?]*[A-Za-z]",
                "",
                System.Text.RegularExpressions.RegexOptions.None,
                TimeSpan.FromSeconds(1)
            )
            .Split('\n');
}
