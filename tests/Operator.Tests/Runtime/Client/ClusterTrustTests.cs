using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GemmaOperator.Runtime.Client;
using k8s;
using NUnit.Framework;

namespace Operator.Tests.Runtime.Client;

/// <summary>Whose certificates an API server may have: kubectl's answer, which isn't KubernetesClient's.</summary>
internal sealed class ClusterTrustTests
{
    [Test]
    public void A_CA_that_is_named_is_the_only_one_that_is_trusted()
    {
        using var authority = Authority();
        var policy = PolicyOf(new KubernetesClientConfiguration { SslCaCerts = [authority] })!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(policy.TrustMode, Is.EqualTo(X509ChainTrustMode.CustomRootTrust));
            Assert.That(policy.CustomTrustStore.Select(c => c.Thumbprint), Is.EqualTo([authority.Thumbprint]));
            Assert.That(policy.RevocationMode, Is.EqualTo(X509RevocationMode.NoCheck));
            Assert.That(policy.VerificationTimeIgnored, "the time that counts is a connection's, months later");
        }
    }

    [Test]
    public void Without_a_CA_the_machine_decides()
    {
        Assert.That(PolicyOf(new KubernetesClientConfiguration()), Is.Null);
        Assert.That(PolicyOf(new KubernetesClientConfiguration { SslCaCerts = [] }), Is.Null);
    }

    [Test]
    public void Where_nothing_is_to_be_verified_nothing_is()
    {
        using var authority = Authority();
        Assert.That(
            PolicyOf(new KubernetesClientConfiguration { SslCaCerts = [authority], SkipTlsVerify = true }),
            Is.Null
        );
    }

    private static X509ChainPolicy? PolicyOf(KubernetesClientConfiguration configuration)
    {
        KubeConnection.TrustOnlyNamed(configuration);
        using var handler = new SocketsHttpHandler();
        configuration.FirstMessageHandlerSetup?.Invoke(handler);
        return handler.SslOptions.CertificateChainPolicy;
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddDays(-1),
            now.AddDays(1)
        );
    }
}
