using GemmaInference.Text;

namespace Inference.Tests.Text;

[TestFixture]
internal sealed class StopMatcherTests
{
    [TestCase("END", "some text EN", "D more", "some text ")]
    [TestCase("\n\n", "a\n", "\nb", "a")]
    [TestCase("aab", "aaa", "ab", "aa")]
    [TestCase("END", "ENEN", "DX", "EN")]
    public void A_stop_string_is_found_across_tokens(string stop, string first, string second, string expected)
    {
        var matcher = new StopMatcher([stop]);
        Assert.That(matcher.Push(first) + matcher.Push(second), Is.EqualTo(expected));
        Assert.That(matcher.Stopped);
        Assert.That(matcher.Push("more"), Is.Empty);
    }

    [Test]
    public void The_first_of_several_wins()
    {
        var matcher = new StopMatcher(["late", "ear"]);
        Assert.That(matcher.Push("an early late one"), Is.EqualTo("an "));
    }

    [Test]
    public void What_was_held_back_for_nothing_comes_out_at_the_end()
    {
        var matcher = new StopMatcher(["END"]);
        Assert.That(matcher.Push("the EN"), Is.EqualTo("the "));
        Assert.That(matcher.Flush(), Is.EqualTo("EN"));
    }
}
