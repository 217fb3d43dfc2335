using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>Whoever runs the operator says which repositories the objects of a namespace may use.</summary>
internal sealed class RepositoryPolicyTests
{
    [TestCase("r.example/ml/x", true)]
    [TestCase("r.example/ml", true)]
    [TestCase("R.example:443/ml/x", true)]
    [TestCase("r.example/mlops/x", false, Description = "a prefix ends where a part of the path ends")]
    [TestCase("r.example/other/x", false)]
    [TestCase("r.example.evil.example/ml/x", false)]
    [TestCase("r.example:8443/ml/x", false)]
    public void A_prefix_covers_what_is_below_it(string repository, bool isAllowed) =>
        Assert.That(Policy("ml=r.example/ml").Allows("ml", ImageRepository.Parse(repository)), Is.EqualTo(isAllowed));

    [Test]
    public void A_namespace_that_isn_t_named_may_use_nothing()
    {
        var repository = ImageRepository.Parse("r.example/ml/x");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Policy("ml=r.example/ml").Allows("other", repository), Is.False);
            Assert.That(Policy("deny-all").Allows("ml", repository), Is.False);
            Assert.That(RepositoryPolicy.AllowAll.Allows("ml", repository), Is.True);
            Assert.That(Policy("*=*").Allows("ml", repository), Is.True);
        }
    }

    [Test]
    public void Each_namespace_can_have_its_own_by_one_line()
    {
        var policy = Policy("*=r.example/{namespace},r.example/teams/team-{namespace}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(policy.Allows("ml", ImageRepository.Parse("r.example/ml/x")), Is.True);
            Assert.That(policy.Allows("ml", ImageRepository.Parse("r.example/teams/team-ml/x")), Is.True);
            Assert.That(policy.Allows("other", ImageRepository.Parse("r.example/ml/x")), Is.False);
            Assert.That(policy.Allows("m", ImageRepository.Parse("r.example/ml/x")), Is.False);
        }
    }

    [Test]
    public void A_refusal_names_the_option_and_its_own_prefixes_alone()
    {
        var told = Policy("ml=r.example/ml", "secret-team=r.example/secret")
            .Refuse("ml", ImageRepository.Parse("r.example/xx"));
        Assert.That(
            told,
            Does.Contain("r.example/ml").And.Contain("--repository-policy ml=r.example/xx").And.Not.Contain("secret")
        );
        Assert.That(
            Policy("ml=r.example/ml", "ml=r.example/xx").Allows("ml", ImageRepository.Parse("r.example/xx")),
            Is.True
        );
    }

    [Test]
    public void What_the_operator_serves_by_default_may_be_read_by_all_and_written_by_none()
    {
        var policy = Policy("deny-all").Sharing("r.example/server:1");
        var server = ImageRepository.Parse("r.example/server");
        Assert.That((policy.AllowsReading("ml", server), policy.Allows("ml", server)), Is.EqualTo((true, false)));
    }

    [TestCase("ml")]
    [TestCase("=r.example/ml")]
    [TestCase("ML=r.example/ml")]
    [TestCase("ml=")]
    [TestCase("ml=https://r.example/x")]
    [TestCase("ml=team")]
    [TestCase("ml={namespace}.example/x")]
    [TestCase("ml=r.example/x,")]
    [TestCase("ml=r.example/x:tag")]
    public void What_is_no_line_is_refused(string line)
    {
        Assert.That(RepositoryPolicy.TryParse([line], out _, out var error), Is.False);
        Assert.That(error, Is.Not.Empty.And.Not.Contain("\n"));
    }

    private static RepositoryPolicy Policy(params string[] lines) =>
        RepositoryPolicy.TryParse(lines, out var policy, out var error) ? policy : throw new FormatException(error);
}
