using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Client;
using k8s;
using k8s.Exceptions;

namespace Operator.Tests.Hosting;

[Parallelizable(ParallelScope.All)]
public sealed class KubeconfigTests
{
    [TestCase("", "is empty")]
    [TestCase("not: [yaml", "flow sequence")]
    [TestCase(
        "{apiVersion: v1, kind: Config, current-context: x, contexts: [], clusters: [], users: []}",
        "x not found"
    )]
    [TestCase(
        "{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: "
            + "u}}], clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1', certificate-authority-data: "
            + "'%%%'}}], users: [{name: u, user: {token: t}}]}",
        "Base-64"
    )]
    [TestCase(
        "{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: "
            + "c, user: u}}], clusters: [{name: c, cluster: {server: 'ftp://127.0.0.1:1'}}], users: "
            + "[{name: u, user: {token: t}}]}",
        "server: 'ftp://127.0.0.1:1' isn't an https:// address"
    )]
    [TestCase(
        "{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: "
            + "u}}], clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1', certificate-authority-data: "
            + "aGVsbG8=}}], users: [{name: u, user: {token: t}}]}",
        "certificate-authority holds no certificate"
    )]
    public void A_broken_kubeconfig_is_one_line_that_says_what_is_wrong(string content, string told)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, content);
            Assert.That(
                () => OperatorProgram.Configuration(new OperatorOptions { Kubeconfig = file }),
                Throws.TypeOf<KubeConfigException>().With.Message.Contains(told)
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void A_key_that_does_not_fit_its_certificate_is_a_broken_kubeconfig_too()
    {
        using var key = RSA.Create(2048);
        using var other = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest(
            "CN=operator",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var configuration = new KubernetesClientConfiguration
        {
            Host = "https://127.0.0.1:1",
            ClientCertificateData = Base64(certificate.ExportCertificatePem()),
            ClientCertificateKeyData = Base64(other.ExportRSAPrivateKeyPem()),
        };
        Assert.That(
            () => new KubeConnection(() => configuration, TimeProvider.System),
            Throws.TypeOf<KubeConfigException>().With.Message.Contains("does not match")
        );

        static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
    }
}
