using CsCheck;
using GemmaOperator.Text;

namespace Operator.Tests.Text;

internal sealed class MaskedLogTests
{
    [Test]
    public void A_tail_is_at_most_2_KiB_of_whole_characters_and_lines()
    {
        var log = string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i} é漢😀\n"));
        var tail = MaskedLog.Of(log);
        Assert.That(Truncation.Utf8Length(tail), Is.InRange(MaskedLog.MaxBytes - 30, MaskedLog.MaxBytes));
        Assert.That(tail, Does.StartWith("line ").And.EndsWith("line 499 é漢😀"));
    }

    [Test]
    public void Any_text_at_all_becomes_a_tail_that_is_safe_to_keep() =>
        Gen.String[0, 3000]
            .Sample(log =>
            {
                var tail = MaskedLog.Of(log);
                Assert.That(Truncation.Utf8Length(tail), Is.LessThanOrEqualTo(MaskedLog.MaxBytes));
                Assert.That(UntrustedText.HasControl(tail.Replace('\n', ' ').Replace('\t', ' ')), Is.False);
            });

    [Test]
    public void One_long_line_keeps_its_end() =>
        Assert.That(MaskedLog.Of(string.Concat(Enumerable.Repeat("😀", 2000)) + "end"), Does.EndWith("😀end"));

    [TestCase("\u001b[36mINFO\u001b[0m[0000] ok", "INFO[0000] ok")]
    [TestCase("10%\r50%\r100%\ndone", "100%\ndone")]
    [TestCase("\u001b]0;title\u0007text", "text")]
    [TestCase("a\r\nb", "a\nb")]
    public void Terminal_sequences_and_progress_are_taken_out(string log, string expected) =>
        Assert.That(MaskedLog.Of(log), Is.EqualTo(expected));

    [TestCase("GET https://user:s3cr3t@pypi.example.com/simple")]
    [TestCase("Authorization: Bearer s3cr3ts3cr3t")]
    [TestCase("Authorization: Basic czNjcjN0s3cr3t==")]
    [TestCase("https://x/y?token=s3cr3t&a=b")]
    [TestCase("HF_TOKEN=s3cr3t")]
    [TestCase("\"password\": \"s3cr3t\"")]
    [TestCase("using hf_s3cr3ts3cr3t now")]
    [TestCase("eyJhbGciOiJ.s3cr3t.s3cr3t")]
    [TestCase("AWS AKIAs3cr3ts3cr3t")]
    public void Credentials_are_masked(string log) =>
        Assert.That(MaskedLog.Of(log), Does.Not.Contain("s3cr3t").And.Contain("***"));

    [Test]
    public void Ordinary_text_stays_as_it_is()
    {
        const string Log =
            "INFO[0001] Retrieving image docker.io/pytorch/pytorch@sha256:0123 from https://index.docker.io\n"
            + "E: Unable to locate package x";
        Assert.That(MaskedLog.Of(Log), Is.EqualTo(Log));
    }
}
