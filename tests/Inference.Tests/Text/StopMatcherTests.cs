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

    [TestCase("END", "an END and", " more END", "an END and more ")]
    [TestCase("END", "an EN", "D", "an ")]
    [TestCase("END", "an END", "END", "an END")]
    public void What_ends_before_it_may_stop_nothing_is_text(string stop, string free, string counted, string expected)
    {
        var matcher = new StopMatcher([stop]);
        Assert.That(matcher.Push(free, counts: false) + matcher.Push(counted), Is.EqualTo(expected));
        Assert.That(matcher.Stopped);
    }

    [Test]
    public void A_stop_string_within_what_is_held_of_another_stops_nothing_either()
    {
        var matcher = new StopMatcher(["xNy", "N"]);
        Assert.That(matcher.Push("an xN", counts: false) + matcher.Push("z") + matcher.Flush(), Is.EqualTo("an xNz"));
        Assert.That(matcher.Stopped, Is.False);
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
