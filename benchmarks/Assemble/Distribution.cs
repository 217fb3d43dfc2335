using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Benchmarks.Assemble;

/// <summary>
/// Debian's docker-registry (the CNCF distribution server) on a free loopback port, with its
/// data in a temporary folder.
/// </summary>
internal sealed class Distribution : IAsyncDisposable
{
    private const string Program = "/usr/bin/docker-registry";

    private readonly Process _process;
    private readonly string _folder;

    private Distribution(Process process, string folder, string host) =>
        (_process, _folder, Host) = (process, folder, host);

    public string Host { get; }

    /// <exception cref="FileNotFoundException">It isn't installed.</exception>
    public static async Task<Distribution> StartAsync(HttpClient http)
    {
        if (!File.Exists(Program))
        {
            throw new FileNotFoundException("docker-registry isn't installed: apt-get install docker-registry");
        }

        var folder = Directory.CreateTempSubdirectory("gemma-assemble-").FullName;
        var host = $"127.0.0.1:{FreePort()}";
        var config = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(
            config,
            $"version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: {folder}/data\nhttp:\n  addr: {host}\n"
        );
        var process = Process.Start(
            new ProcessStartInfo(Program, ["serve", config])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        // It logs every blob that isn't there yet as an error.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var registry = new Distribution(process, folder, host);
        for (var i = 0; !await AnswersAsync(http, host); i++)
        {
            if (i == 100)
            {
                await registry.DisposeAsync();
                throw new IOException("docker-registry doesn't answer");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        return registry;
    }

    /// <summary>
    /// Puts a layer of zeros into the registry's store without writing it: the file is sparse. A registry that mounts
    /// it looks at it, and nobody reads it.
    /// </summary>
    /// <returns>Its digest.</returns>
    public async Task<string> PlantAsync(string repository, long size)
    {
        var hex = await HashOfZerosAsync(size);
        var store = Path.Combine(_folder, "data", "docker", "registry", "v2");
        var blob = Directory.CreateDirectory(Path.Combine(store, "blobs", "sha256", hex[..2], hex));
        await using (var data = File.Create(Path.Combine(blob.FullName, "data")))
        {
            data.SetLength(size);
        }

        var link = Directory.CreateDirectory(Path.Combine(store, "repositories", repository, "_layers", "sha256", hex));
        await File.WriteAllTextAsync(Path.Combine(link.FullName, "link"), $"sha256:{hex}");
        return $"sha256:{hex}";
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> HashOfZerosAsync(long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var zeros = new byte[1 << 20];
        return await Task.Run(() =>
        {
            for (var left = size; left > 0; left -= zeros.Length)
            {
                hash.AppendData(zeros, 0, (int)Math.Min(left, zeros.Length));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        });
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string host)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"http://{host}/v2/"));
            return response.StatusCode == HttpStatusCode.OK;
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
