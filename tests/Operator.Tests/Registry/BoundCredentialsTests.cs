using GemmaOperator.Api.Validation;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>Kind: a credential that a spec would send where it doesn't belong.</summary>
internal sealed class BoundCredentialsTests
{
    private static readonly RegistryCredential Secret = new("user", "password");

    [Test]
    public void A_host_that_only_a_spec_calls_insecure_gets_no_credential()
    {
        var at = new ImageLocation("r.example:5000", "team/x");
        var access = RegistryAccess.Anonymous with { Credentials = DockerConfig.Of(at.Host, Secret) };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(access.CredentialFor(at), Is.EqualTo(Secret));
            Assert.That(access.WithInsecure(at.Host).CredentialFor(at), Is.Null);
            Assert.That(access.WithInsecure(at.Host).IsInsecure(at.Host), Is.True);
            Assert.That(
                (access with { InsecureHosts = [at.Host] }).WithInsecure(at.Host).CredentialFor(at),
                Is.EqualTo(Secret)
            );
            Assert.That(access.Credentials.Without(at.Host).For(at.Host, at.Path), Is.Null);
        }
    }

    [Test]
    public void An_identity_is_for_the_repositories_that_are_named()
    {
        var config = DockerConfig.Of([ImageRepository.Parse("eu-docker.pkg.dev/p/ml/gemma")], Secret);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(config.For("eu-docker.pkg.dev", "p/ml/gemma"), Is.EqualTo(Secret));
            Assert.That(config.For("eu-docker.pkg.dev", "p/others/gemma"), Is.Null);
            Assert.That(config.For("evil.example", "p/ml/gemma"), Is.Null);
        }
    }
}
