using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Operator.Tests.Clusters;

namespace Operator.Tests.Registry;

/// <summary>
/// Debian's docker-registry (the CNCF distribution server) on a free loopback port, with its
/// data in a temporary folder.
/// </summary>
internal sealed class DistributionServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private DistributionServer(Process process, string folder, string host) =>
        (_process, _folder, Host) = (process, folder, host);

    public string Host { get; }

    /// <summary>Starts one; the test is skipped where it isn't installed.</summary>
    /// <param name="htpasswd">A line of an htpasswd file with a bcrypt hash; null takes anybody.</param>
    public static async Task<DistributionServer> StartAsync(string? htpasswd = null)
    {
        if (!File.Exists("/usr/bin/docker-registry"))
        {
            Assert.Ignore("docker-registry isn't installed: apt-get install docker-registry");
        }

        var folder = Directory.CreateTempSubdirectory("distribution-").FullName;
        var host = $"127.0.0.1:{FreePort()}";
        var auth = "";
        if (htpasswd is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"), htpasswd + "\n");
            auth = $"\nauth:\n  htpasswd:\n    realm: test\n    path: {folder}/htpasswd";
        }

        await File.WriteAllTextAsync(
            Path.Combine(folder, "config.yml"),
            $"version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {folder}/data\n  delete:\n    enabled: true\nhttp:\n  addr: {host}{auth}\n"
        );
        var process = Process.Start(
            new ProcessStartInfo("/usr/bin/docker-registry", ["serve", Path.Combine(folder, "config.yml")])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new DistributionServer(process, folder, host);
        using var http = new HttpClient();
        await Eventually.ThatAsync(() => AnswersAsync(http, host), "the distribution server answers");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string host)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"http://{host}/v2/"));
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
