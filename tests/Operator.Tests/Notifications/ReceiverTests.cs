using System.Text;
using GemmaOperator.Notifications;

namespace Operator.Tests.Notifications;

/// <summary>What a receiver's Secret may say.</summary>
internal sealed class ReceiverTests
{
    [Test]
    public void A_line_end_is_no_part_of_a_value()
    {
        var (receiver, problem) = Parse(("url", "https://hook.example/T0/B0\n"), ("token", "t\r\n"), ("secret", "s\n"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem, Is.Null);
            Assert.That(receiver!.Url, Is.EqualTo(new Uri("https://hook.example/T0/B0")));
            Assert.That(receiver.Token, Is.EqualTo("t"));
            Assert.That(receiver.Signing, Is.EqualTo("s"u8.ToArray()));
        }
    }

    [TestCase("")]
    [TestCase("hook.example/path")]
    [TestCase("ftp://hook.example/")]
    [TestCase("file:///etc/passwd")]
    [TestCase("https://user:word@hook.example/")]
    [TestCase("https://hook.example/a b")]
    [TestCase("https://hook.example/\r\nHost: other")]
    [TestCase("https:///path")]
    [TestCase("https://höök.example/")]
    public void What_is_no_address_is_told_and_not_shown(string url)
    {
        var (receiver, problem) = Parse(("url", url));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(receiver, Is.Null);
            Assert.That(problem, Does.Contain("key url"));
            Assert.That(url.Length == 0 || !problem!.Contains(url, StringComparison.Ordinal));
        }
    }

    [TestCase("two words")]
    [TestCase("a\nb")]
    [TestCase("")]
    public void What_is_no_token_is_told(string token) =>
        Assert.That(Parse(("url", "https://a.example"), ("token", token)).Problem, Does.Contain("key token"));

    [Test]
    public void A_Secret_without_data_has_no_address() =>
        Assert.That(Receiver.Parse(null).Problem, Does.Contain("no key url"));

    private static (Receiver? Receiver, string? Problem) Parse(params (string Key, string Value)[] data) =>
        Receiver.Parse(data.ToDictionary(d => d.Key, d => Encoding.UTF8.GetBytes(d.Value), StringComparer.Ordinal));
}
