using System.Text.Json;
using k8s;
using k8s.KubeConfigModels;
using KubectlGemma.Cluster;

namespace Cli.Tests.Cluster;

/// <summary>A kubeconfig says the same here as to the library, and as text what a decoder would count.</summary>
public sealed class KubeconfigFileTests
{
    private const string Whole = """
        apiVersion: v1
        kind: Config
        current-context: b
        preferences: {colors: true}
        contexts:
        - name: a
          context: {cluster: one, user: cert}
        - {name: b, context: {cluster: "two", user: login, namespace: team, extensions: [{name: x, extension: {a: 1}}]}}
        clusters:
        - name: one
          cluster:
            server: https://one.example:6443
            certificate-authority: ca.pem
            tls-server-name: other.example
        - name: two
          cluster: {server: "https://two.example", certificate-authority-data: QQ==, insecure-skip-tls-verify: true}
        users:
        - name: cert
          user: {client-certificate: c.pem, client-key: k.pem, client-certificate-data: QQ==, client-key-data: QQ==}
        - name: login
          user:
            token: |-
              t
            username: u
            password: p
            as: somebody
            as-groups: [g, h]
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: login
              args: [get, --token]
              env: [{name: A, value: b}]
              installHint: install it
              provideClusterInfo: true
        - name: old
          user: {auth-provider: {name: oidc, config: {idp-issuer-url: "https://i.example", id-token: x}}}
        """;

    [Test]
    public void It_says_what_the_library_reads()
    {
        using var folder = new Folder();
        var file = new FileInfo(folder.Write("config", Whole));
        var library = KubernetesClientConfiguration.LoadKubeConfig(file);
        Assert.That(Shown(KubeconfigFile.Load(file)), Is.EqualTo(Shown(library)));
    }

    [TestCase("users: [{name: a, user: {token: 0123456789}}]", "0123456789")]
    [TestCase("users: [{name: a, user: {token: 12e4}}]", "12e4")]
    [TestCase("users: [{name: a, user: {token: true}}]", "true")]
    [TestCase("users: [{name: a, user: {token: null}}]", null)]
    [TestCase("users: [{name: a, user: {token: 'null'}}]", "null")]
    [TestCase("users: [{name: a, user: {}}]", null)]
    [TestCase("users: [{name: a}]", null)]
    public void A_token_is_the_text_that_is_there(string text, string? token) =>
        Assert.That(Load(text).Users.Single().UserCredentials.Token, Is.EqualTo(token));

    [TestCase("users: 1", "line 1: users isn't a list")]
    [TestCase("users:\n- a", "line 2: users isn't a list of mappings")]
    [TestCase("clusters:\n- name: a\n  cluster: b", "line 3: cluster isn't a mapping")]
    [TestCase("clusters:\n- name: [a]", "line 2: name isn't text")]
    [TestCase(
        "clusters: [{name: a, cluster: {insecure-skip-tls-verify: maybe}}]",
        "line 1: insecure-skip-tls-verify isn't true or false"
    )]
    [TestCase("users: [{name: a, user: {exec: {args: [[a]]}}}]", "line 1: args isn't a list of texts")]
    public void Another_shape_is_named(string text, string message) =>
        Assert.That(() => Load(text), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));

    [TestCase("")]
    [TestCase("# nothing")]
    [TestCase("just text")]
    [TestCase("users: ~")]
    public void What_is_not_there_is_nothing(string text)
    {
        var read = Load(text);
        Assert.That(
            (read.Users, read.Contexts, read.CurrentContext),
            Is.EqualTo(((object?)null, (object?)null, (string?)null))
        );
    }

    private static K8SConfiguration Load(string text)
    {
        using var folder = new Folder();
        return KubeconfigFile.Load(new FileInfo(folder.Write("config", text)));
    }

    /// <summary>Shows all that clients are made of: extensions and preferences are other programs'.</summary>
    private static string Shown(K8SConfiguration read) =>
        JsonSerializer.Serialize(
            new
            {
                read.ApiVersion,
                read.Kind,
                read.CurrentContext,
                read.FileName,
                Contexts = read.Contexts.Select(c => new
                {
                    c.Name,
                    c.ContextDetails.Cluster,
                    c.ContextDetails.User,
                    c.ContextDetails.Namespace,
                }),
                Clusters = read.Clusters.Select(c => new
                {
                    c.Name,
                    c.ClusterEndpoint.Server,
                    c.ClusterEndpoint.CertificateAuthority,
                    c.ClusterEndpoint.CertificateAuthorityData,
                    c.ClusterEndpoint.TlsServerName,
                    c.ClusterEndpoint.SkipTlsVerify,
                }),
                Users = read.Users.Select(u => new
                {
                    u.Name,
                    u.UserCredentials.ClientCertificate,
                    u.UserCredentials.ClientCertificateData,
                    u.UserCredentials.ClientKey,
                    u.UserCredentials.ClientKeyData,
                    u.UserCredentials.Token,
                    u.UserCredentials.UserName,
                    u.UserCredentials.Password,
                    u.UserCredentials.Impersonate,
                    u.UserCredentials.ImpersonateGroups,
                    u.UserCredentials.AuthProvider,
                    u.UserCredentials.ExternalExecution,
                }),
            }
        );
}
