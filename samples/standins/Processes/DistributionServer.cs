using System.Diagnostics;
using System.Net;

namespace StandIns.Processes;

/// <summary>
/// Runs Debian's docker-registry (the CNCF distribution server) on a free loopback port, with its data in a temporary
/// folder that goes with it.
/// </summary>
public sealed class DistributionServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/docker-registry";

    /// <summary>It takes a fraction of a second to start.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _folder;

    private DistributionServer(Process process, string folder, string host) =>
        (_process, _folder, Host) = (process, folder, host);

    /// <summary>Says whether the program is on this machine (<c>apt-get install docker-registry</c>).</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Gets host and port, for example <c>127.0.0.1:34567</c>.</summary>
    public string Host { get; }

    /// <summary>Gets the folder in which it keeps blobs and links.</summary>
    public string Store => Path.Combine(_folder, "data", "docker", "registry", "v2");

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="htpasswd">A line of an htpasswd file with a bcrypt hash; null takes anybody.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="FileNotFoundException">It isn't installed.</exception>
    /// <exception cref="IOException">It doesn't answer.</exception>
    public static async Task<DistributionServer> StartAsync(string? htpasswd, CancellationToken cancellationToken)
    {
        if (!IsInstalled)
        {
            throw new FileNotFoundException("docker-registry isn't installed: apt-get install docker-registry");
        }

        var folder = Directory.CreateTempSubdirectory("distribution-").FullName;
        var host = $"127.0.0.1:{FreePort.Find()}";
        var server = new DistributionServer(
            Start(await ConfigureAsync(folder, host, htpasswd, cancellationToken)),
            folder,
            host
        );
        try
        {
            await server.UntilItAnswersAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> ConfigureAsync(
        string folder,
        string host,
        string? htpasswd,
        CancellationToken cancellationToken
    )
    {
        var auth = "";
        if (htpasswd is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"), htpasswd + "\n", cancellationToken);
            auth = $"\nauth:\n  htpasswd:\n    realm: test\n    path: {folder}/htpasswd";
        }

        var file = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(
            file,
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n"
                + $"    rootdirectory: {folder}/data\n  delete:\n    enabled: true\nhttp:\n  addr: {host}{auth}\n",
            cancellationToken
        );
        return file;
    }

    private static Process Start(string config)
    {
        var process = Process.Start(
            new ProcessStartInfo(Program, ["serve", config])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        // It logs every blob that isn't there yet as an error: read, so that it doesn't block, and not shown.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task UntilItAnswersAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var begun = Stopwatch.GetTimestamp();
        while (
            await HttpProbe.StatusAsync(http, new Uri($"http://{Host}/v2/"), cancellationToken)
                is not (HttpStatusCode.OK or HttpStatusCode.Unauthorized)
        )
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new IOException("docker-registry doesn't answer");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }
}
