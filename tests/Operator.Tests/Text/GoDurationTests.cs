using System.Text.RegularExpressions;
using CsCheck;
using GemmaOperator.Text;

namespace Operator.Tests.Text;

internal sealed class GoDurationTests
{
    [TestCase("0s", 0)]
    [TestCase("90m", 5400)]
    [TestCase("1h30m", 5400)]
    [TestCase("168h", 604800)]
    [TestCase("1h1m1s", 3661)]
    public void A_duration_is_read(string text, int seconds) =>
        Assert.That(GoDuration.Parse(text), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("5")]
    [TestCase("h")]
    [TestCase("1.5h")]
    [TestCase("-1h")]
    [TestCase("500ms")]
    [TestCase("30m1h")]
    [TestCase("1h\n")]
    [TestCase("1d")]
    [TestCase("999999h")]
    [TestCase("١h")]
    public void Anything_else_is_not(string? text) => Assert.That(GoDuration.TryParse(text, out _), Is.False);

    [Test]
    public void It_takes_what_the_schema_takes() =>
        Gen.Char["0123456789hms"]
            .Array[2, 9]
            .Select(chars => new string(chars))
            .Sample(text =>
                GoDuration.TryParse(text, out _)
                == Regex.IsMatch(text, GoDuration.Pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            );

    [Test]
    public void What_is_written_is_read_again() =>
        Gen.Int[0, 99999 * 3600]
            .Sample(seconds =>
                GoDuration.Parse(GoDuration.Format(TimeSpan.FromSeconds(seconds))) == TimeSpan.FromSeconds(seconds)
            );
}
