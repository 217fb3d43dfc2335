using System.Security.Cryptography;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Access;

namespace Operator.Tests.Builds.Inputs.Access;

internal sealed class CaBundleTests
{
    [Test]
    public void Certificates_with_comments_between_them_are_a_bundle() =>
        Assert.That(CaBundle.Judge($"# Corporate\n{Authority.Pem}\n# Other\n{Authority.OtherPem}", "it"), Is.Null);

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("nothing", "", "no certificate");
        yield return Case("text", "not a certificate", "no certificate");
        yield return Case("no end", Authority.Pem.Replace("-----END", "----", StringComparison.Ordinal), "damaged");
        yield return Case(
            "a second without an end",
            Authority.Pem + Authority.OtherPem.Replace("-----END", "----", StringComparison.Ordinal),
            "damaged"
        );
        yield return Case("two on one line", Authority.Pem.Trim() + Authority.OtherPem, "damaged");
        yield return Case(
            "something else in base64",
            "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n",
            "certificate 1 of it can't be read"
        );
        yield return Case(
            "half of one",
            PemEncoding.WriteString("CERTIFICATE", [.. new byte[20]]) + "\n" + Authority.Pem,
            "certificate 1 of it can't be read"
        );
        yield return Case(
            "a request",
            PemEncoding.WriteString("CERTIFICATE REQUEST", [1, 2, 3]),
            "CERTIFICATE REQUEST"
        );
        yield return Case("a key", Authority.Pem + Key("PRIVATE KEY"), "private key");
        yield return Case("a key of EC", Key("EC PRIVATE KEY"), "private key");
        yield return Case("too much", new string('#', CaBundle.MaxLength + 1), "262145 characters");
    }

    [TestCaseSource(nameof(Wrong))]
    public void What_is_no_bundle_is_told_with_the_field_and_never_shown(string text, string says)
    {
        var wrong = CaBundle.Judge(text, "it")!;
        Assert.Multiple(() =>
        {
            Assert.That(wrong.Reason, Is.EqualTo(ImageReason.Stalled.CaBundleInvalid));
            Assert.That(wrong.ToString(), Does.StartWith("spec.build.caBundleRef: ").And.Contain(says));
            Assert.That(wrong.ToString(), Does.Not.Contain("c2VjcmV0"));
        });
    }

    /// <summary>What it comes to holds whatever each line of it is.</summary>
    [Test]
    public void No_text_makes_it_throw()
    {
        var lines = Authority.Pem.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var without = string.Join('\n', lines.Where((_, at) => at != i));
            Assert.That(() => CaBundle.Judge(without, "it"), Throws.Nothing, $"line {i}");
        }
    }

    private static string Key(string label) => PemEncoding.WriteString(label, "secret"u8) + "\n";

    private static TestCaseData Case(string name, string text, string says) =>
        new TestCaseData(text, says).SetArgDisplayNames(name);
}
