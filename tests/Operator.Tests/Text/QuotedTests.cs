using System.Globalization;
using CsCheck;
using GemmaOperator.Text;

namespace Operator.Tests.Text;

internal sealed class QuotedTests
{
    [TestCase(null, "nothing")]
    [TestCase("", "\"\"")]
    [TestCase("torch", "\"torch\"")]
    [TestCase("a\nb\tc\r", "\"a\\nb\\tc\\r\"")]
    [TestCase("a\0\u0085\u2028b", "\"a\\u0000\\u0085\\u2028b\"")]
    [TestCase("\u202Etxt.exe\u200B", "\"\\u202Etxt.exe\\u200B\"", Description = "bidi and no width")]
    [TestCase("\ud83d\ude80", "\"\ud83d\ude80\"", Description = "a pair stays whole")]
    public void Text_is_shown_as_it_is(string? text, string shown) => Assert.That(Quoted.Of(text), Is.EqualTo(shown));

    [Test]
    public void Half_a_pair_is_shown_by_its_number() =>
        Assert.That(Quoted.Of("a" + '\ud83d' + "b"), Is.EqualTo("\"a\\uD83Db\""));

    [Test]
    public void Long_text_ends_in_an_ellipsis()
    {
        var most = new string('é', Quoted.MaxLength);
        Assert.That(Quoted.Of(most), Is.EqualTo($"\"{most}\""));
        Assert.That(Quoted.Of(most + "x"), Is.EqualTo($"\"{most}…\""));
    }

    [Test]
    public void Nothing_that_is_shown_ends_a_line_hides_or_turns_it() =>
        Gen.String.Sample(text =>
            Quoted
                .Of(text)
                .EnumerateRunes()
                .All(r =>
                    r != System.Text.Rune.ReplacementChar
                        && System.Text.Rune.GetUnicodeCategory(r)
                            is not (
                                UnicodeCategory.Control
                                or UnicodeCategory.Format
                                or UnicodeCategory.LineSeparator
                                or UnicodeCategory.ParagraphSeparator
                            )
                    || text.Contains('\ufffd')
                )
        );
}
