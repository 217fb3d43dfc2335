using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Tests.Samples;

/// <summary>
/// A real etcd and kube-apiserver on loopback, from the folder that <c>KUBEBUILDER_ASSETS</c> names (as envtest does it).
/// </summary>
internal sealed class KubeApiServer : IAsyncDisposable
{
    private const string Token = "sample-tests";

    private readonly string folder = Directory.CreateTempSubdirectory("kube-apiserver-").FullName;
    private readonly List<Process> processes = [];

    private readonly X509Certificate2 certificate = SelfSigned();

    private KubeApiServer(int port) => Client = new HttpClient(new SocketsHttpHandler
    {
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    })
    {
        BaseAddress = new Uri($"https://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
    };

    /// <summary>Folder of the binaries; null where there are none.</summary>
    public static string? Assets => Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } path
        && File.Exists(Path.Combine(path, "kube-apiserver")) ? path : null;

    public HttpClient Client { get; }

    public static async Task<KubeApiServer> StartAsync(CancellationToken cancel)
    {
        var (etcd, peer, secure) = (FreePort(), FreePort(), FreePort());
        var server = new KubeApiServer(secure);
        try
        {
            await server.LaunchAsync(etcd, peer, secure, cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Client.Dispose();
        certificate.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task LaunchAsync(int etcd, int peer, int secure, CancellationToken cancel)
    {
        using var rsa = certificate.GetRSAPrivateKey()!;
        var (key, crt, tokens) = (Path.Combine(folder, "server.key"), Path.Combine(folder, "server.crt"), Path.Combine(folder, "tokens.csv"));
        await File.WriteAllTextAsync(key, rsa.ExportRSAPrivateKeyPem(), cancel);
        await File.WriteAllTextAsync(crt, certificate.ExportCertificatePem(), cancel);
        await File.WriteAllTextAsync(tokens, $"{Token},admin,admin,system:masters\n", cancel);

        Launch(
            "etcd",
            $"--data-dir={folder}/etcd", "--unsafe-no-fsync=true",
            $"--listen-client-urls=http://127.0.0.1:{etcd}", $"--advertise-client-urls=http://127.0.0.1:{etcd}",
            $"--listen-peer-urls=http://127.0.0.1:{peer}", $"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            $"--initial-cluster=default=http://127.0.0.1:{peer}");
        Launch(
            "kube-apiserver",
            $"--etcd-servers=http://127.0.0.1:{etcd}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", $"--secure-port={secure}",
            $"--tls-cert-file={crt}", $"--tls-private-key-file={key}",
            "--authorization-mode=RBAC", $"--token-auth-file={tokens}", "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://127.0.0.1/", $"--service-account-key-file={key}", $"--service-account-signing-key-file={key}",
            "--disable-admission-plugins=ServiceAccount");
        await WaitUntilReadyAsync(cancel);
    }

    private void Launch(string binary, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Assets!, binary), arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        processes.Add(process);
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (processes.Find(p => p.HasExited) is { } dead)
            {
                throw new InvalidOperationException($"{dead.StartInfo.FileName} ended with {dead.ExitCode}");
            }

            try
            {
                using var answer = await Client.GetAsync(new Uri("/readyz", UriKind.Relative), cancel);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
        }
    }

    /// <summary>One key for TLS and for signing tokens: nothing here outlives the test.</summary>
    private static X509Certificate2 SelfSigned()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
