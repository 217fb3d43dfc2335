using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using StandIns.Processes;

namespace Operator.Tests.Clusters;

/// <summary>
/// Runs a real <c>etcd</c> and <c>kube-apiserver</c> from a folder, one pair per test run, on free loopback ports, with
/// a CA made on the spot and all data in a temporary folder; and the garbage collector, where
/// <c>kube-controller-manager</c> lies there, too. All are <see cref="LeashedProcess"/>es: they and the folder go when
/// this process does, however it went.
/// </summary>
internal sealed class KubebuilderServer
{
    private const string Token = "test-admin-token";
    private const string Controllers = "kube-controller-manager";

    private static readonly Lock Gate = new();
    private static Task<KubebuilderServer>? _shared;

    private readonly string _folder;
    private readonly string _endpoint;
    private readonly List<LeashedProcess> _processes = [];

    private KubebuilderServer(string folder, string endpoint) => (_folder, _endpoint) = (folder, endpoint);

    /// <summary>Gets the folder of the binaries, from <c>KUBEBUILDER_ASSETS</c>; null where none is named.</summary>
    public static string? Assets =>
        Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } folder ? folder : null;

    /// <summary>Gets whether what deleted objects own is cleared away.</summary>
    public static bool CollectsGarbage => Assets is { } assets && File.Exists(Path.Combine(assets, Controllers));

    /// <summary>Returns the one of this test run; started when first asked for.</summary>
    public static Task<KubebuilderServer> SharedAsync(string assets)
    {
        lock (Gate)
        {
            return _shared ??= StartAsync(assets);
        }
    }

    /// <summary>Ends the processes and removes their data, if any were started.</summary>
    public static async Task StopSharedAsync()
    {
        Task<KubebuilderServer>? shared;
        lock (Gate)
        {
            (shared, _shared) = (_shared, null);
        }

        if (shared is not null)
        {
            await (await shared).StopAsync();
        }
    }

    public KubernetesClientConfiguration Configuration() =>
        new()
        {
            Host = _endpoint,
            AccessToken = Token,
            SslCaCerts = [X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder, "ca.crt"))],
        };

    /// <summary>Returns a client for requests as any client would send them, with full rights.</summary>
    public HttpClient CreateClient() =>
        new(
            new SocketsHttpHandler
            {
                SslOptions =
                {
                    CertificateChainPolicy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        CustomTrustStore =
                        {
                            X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder, "ca.crt")),
                        },
                        RevocationMode = X509RevocationMode.NoCheck,
                    },
                },
            }
        )
        {
            BaseAddress = new Uri(_endpoint),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
        };

    private static async Task<KubebuilderServer> StartAsync(string assets)
    {
        var folder = Directory.CreateTempSubdirectory("gemma-apiserver-").FullName;
        var (etcd, peer, secure) = (FreePort.Find(), FreePort.Find(), FreePort.Find());
        var server = new KubebuilderServer(folder, $"https://127.0.0.1:{secure}");
        try
        {
            TestCertificates.Write(folder);
            await WriteSecretsAsync(folder);
            server.Run(Path.Combine(assets, "etcd"), EtcdFlags(folder, etcd, peer));
            server.Run(Path.Combine(assets, "kube-apiserver"), ApiServerFlags(folder, etcd, secure));
            await server.UntilReadyAsync();
            if (CollectsGarbage)
            {
                await File.WriteAllTextAsync(
                    Path.Combine(folder, "kubeconfig"),
                    Kubeconfig(server._endpoint),
                    CancellationToken.None
                );
                server.Run(Path.Combine(assets, Controllers), ControllerFlags(folder));
            }

            return server;
        }
        catch
        {
            await server.StopAsync();
            throw;
        }
    }

    private static string[] EtcdFlags(string folder, int client, int peer) =>
        [
            $"--data-dir={Path.Combine(folder, "etcd")}",
            $"--listen-client-urls=http://127.0.0.1:{client}",
            $"--advertise-client-urls=http://127.0.0.1:{client}",
            $"--listen-peer-urls=http://127.0.0.1:{peer}",
            $"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            $"--initial-cluster=default=http://127.0.0.1:{peer}",
            // Test data needn't survive a power cut.
            "--unsafe-no-fsync=true",
            "--log-level=error",
        ];

    private static string[] ApiServerFlags(string folder, int etcd, int secure) =>
        [
            $"--etcd-servers=http://127.0.0.1:{etcd}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            $"--secure-port={secure}",
            $"--tls-cert-file={Path.Combine(folder, "server.crt")}",
            $"--tls-private-key-file={Path.Combine(folder, "server.key")}",
            $"--token-auth-file={Path.Combine(folder, "tokens.csv")}",
            "--authorization-mode=RBAC",
            "--service-cluster-ip-range=10.0.0.0/16",
            "--endpoint-reconciler-type=none",
            "--service-account-issuer=https://kubernetes.default.svc",
            $"--service-account-signing-key-file={Path.Combine(folder, "accounts.key")}",
            $"--service-account-key-file={Path.Combine(folder, "accounts.key")}",
            // No controller makes service accounts here; quotas are counted by the ControlPlane of a test that has one.
            "--disable-admission-plugins=ServiceAccount",
        ];

    /// <summary>
    /// Pods and what makes them are simulated, each by its test's own. Namespaces stay behind: pods whose nodes have
    /// gone with their test would be asked for again and again.
    /// </summary>
    private static string[] ControllerFlags(string folder) =>
        [
            $"--kubeconfig={Path.Combine(folder, "kubeconfig")}",
            "--controllers=garbage-collector-controller",
            "--leader-elect=false",
            "--secure-port=0",
        ];

    private static string Kubeconfig(string endpoint) =>
        $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: test, cluster: {server: "{{{endpoint}}}", certificate-authority: ca.crt}}]
            users: [{name: admin, user: {token: {{{Token}}}}}]
            contexts: [{name: test, context: {cluster: test, user: admin}}]
            current-context: test
            """;

    private static async Task WriteSecretsAsync(string folder)
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder, "tokens.csv"),
            $"{Token},admin,admin,system:masters\n",
            CancellationToken.None
        );
        using var key = RSA.Create(2048);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "accounts.key"),
            key.ExportRSAPrivateKeyPem(),
            CancellationToken.None
        );
    }

    private void Run(string program, string[] flags)
    {
        if (!File.Exists(program))
        {
            throw new FileNotFoundException("KUBEBUILDER_ASSETS names a folder without it.", program);
        }

        _processes.Add(LeashedProcess.Start(_folder, program, flags));
    }

    private async Task UntilReadyAsync()
    {
        using var client = new Kubernetes(Configuration());
        await Eventually.ThatAsync(
            async () =>
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, "readyz"));
                    await client.Credentials.ProcessHttpRequestAsync(request, CancellationToken.None);
                    using var response = await client.HttpClient.SendAsync(request, CancellationToken.None);
                    return response.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            $"kube-apiserver is ready; see {_folder}/kube-apiserver.out"
        );
    }

    private async Task StopAsync()
    {
        foreach (var process in _processes)
        {
            await process.StopAsync();
        }
    }
}
