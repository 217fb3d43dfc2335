using System.Text;
using GemmaOperator.Builds.Inputs.Access;

namespace Operator.Tests.Builds.Inputs.Access;

internal sealed class NetrcTests
{
    private static readonly string[] Hosts = ["pypi.example.com", "extra.example.com"];

    [TestCase("machine pypi.example.com login me password hidden")]
    [TestCase("# ours\nmachine extra.example.com\n\tlogin me\r\n\tpassword \"hid den\"\n")]
    [TestCase(
        "machine other.example login me password a\nmachine PyPI.Example.com user me account x password hi\\ dden"
    )]
    public void What_pip_reads_is_taken(string text) => Assert.That(Judge(text), Is.Null);

    [Test]
    public void Where_no_index_is_known_any_machine_will_do() =>
        Assert.That(Netrc.Judge("machine any.example login me password hidden"u8, []), Is.Null);

    [TestCase("", "it has no entry")]
    [TestCase("# nothing", "it has no entry")]
    [TestCase("hidden", "entry 1 doesn't begin with 'machine'")]
    [TestCase("#hidden\nmachine pypi.example.com login me password hidden", "entry 1 doesn't begin with 'machine'")]
    [TestCase("machine https://pypi.example.com login me password hidden", "without scheme, port or path")]
    [TestCase("machine pypi.example.com:443 login me password hidden", "without scheme, port or path")]
    [TestCase("machine pypi.example.com login me", "entry 1 lacks a login or a password")]
    [TestCase("machine pypi.example.com password hidden", "entry 1 lacks a login or a password")]
    [TestCase("machine pypi.example.com login me password", "entry 1 lacks a login or a password")]
    [TestCase("machine pypi.example.com login me password hidden password hidden", "has one twice")]
    [TestCase("machine pypi.example.com login me password hidden\nmachine x", "entry 2 lacks")]
    [TestCase("machine pypi.example.com login me password hid den", "entry 2 doesn't begin with 'machine'")]
    [TestCase("default login me password hidden", "entry 1 is default")]
    [TestCase("machine pypi.example.com login me password hidden\nmacdef init\nhidden", "entry 2 is macdef")]
    [TestCase("machine pypi.example.org login me password hidden", "(pypi.example.com, extra.example.com)")]
    [TestCase("machine \0 login me password hidden", "it isn't text")]
    public void What_pip_would_pass_over_is_told_by_its_place_and_never_shown(string text, string says)
    {
        var problem = Judge(text);
        Assert.That(problem, Does.Contain(says).And.Not.Contain("hidden").And.Not.Contain("pypi.example.org"));
    }

    [Test]
    public void It_is_bounded()
    {
        var many = string.Concat(Enumerable.Repeat("machine a.example login a password b\n", Netrc.MaxMachines + 1));
        Assert.Multiple(() =>
        {
            Assert.That(Judge(many), Does.Contain("more than 32 entries"));
            Assert.That(Judge(new string(' ', Netrc.MaxBytes + 1)), Does.Contain("16385 bytes"));
            Assert.That(Netrc.Judge([0xFF, 0xFE, 0x6D], Hosts), Does.Contain("isn't text"));
        });
    }

    private static string? Judge(string text) => Netrc.Judge(Encoding.UTF8.GetBytes(text), Hosts);
}
