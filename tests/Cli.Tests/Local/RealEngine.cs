using System.Diagnostics;
using System.Formats.Tar;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using KubectlGemma.Local.Engines;
using Operator.Tests.Clusters;

namespace Cli.Tests.Local;

/// <summary>
/// Runs Debian's Docker with a folder and a socket of its own, without networks, and gives it a base made of this
/// machine's own packages. Where none can start, tests are skipped and say why.
/// </summary>
internal sealed class RealEngine : IAsyncDisposable
{
    public const string Base = "gemma.test/python:1";

    private const string Program = "/usr/sbin/dockerd";

    /// <summary>Bring Python's standard library, a shell, and what makes users.</summary>
    private static readonly string[] Packages =
    [
        "base-passwd",
        "coreutils",
        "dash",
        "debianutils",
        "libacl1",
        "libattr1",
        "libaudit1",
        "libbz2-1.0",
        "libc-bin",
        "libc6",
        "libcap-ng0",
        "libcrypt1",
        "libexpat1",
        "libffi8",
        "libgmp10",
        "liblzma5",
        "libpam0g",
        "libpcre2-8-0",
        "libpython3.11-minimal",
        "libpython3.11-stdlib",
        "libselinux1",
        "libssl3",
        "libsemanage2",
        "libsepol2",
        "libuuid1",
        "passwd",
        "python3.11-minimal",
        "python3-minimal",
        "zlib1g",
    ];

    private readonly LeashedProcess _process;

    private RealEngine(LeashedProcess process, string folder)
    {
        _process = process;
        Socket = Path.Combine(folder, "docker.sock");
        Client = new DockerClientBuilder().WithEndpoint(new Uri($"unix://{Socket}")).Build();
    }

    public string Socket { get; }

    public string Address => $"unix://{Socket}";

    public DockerClient Client { get; }

    public static async Task<RealEngine> StartAsync()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Program))
        {
            Assert.Ignore("Docker isn't installed: apt-get install docker.io");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("an engine with a folder of its own needs root");
        }

        var folder = Directory.CreateTempSubdirectory("gemma-engine-").FullName;
        string[] flags =
        [
            $"--data-root={folder}/data",
            $"--exec-root={folder}/exec",
            $"--pidfile={folder}/pid",
            $"--host=unix://{folder}/docker.sock",
            "--iptables=false",
            "--ip6tables=false",
            "--bridge=none",
            "--storage-driver=overlay2",
        ];
        var engine = new RealEngine(LeashedProcess.Start(folder, Program, flags), folder);
        try
        {
            await engine.ReadyAsync();
        }
        catch (TimeoutException e)
        {
            var log = await File.ReadAllLinesAsync($"{folder}/dockerd.out");
            await engine.DisposeAsync();
            Assert.Ignore($"Docker doesn't start here: {log.LastOrDefault()} ({e.Message})");
        }

        await engine.LoadBaseAsync();
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await StopDaemonAsync();
        await _process.StopAsync();
    }

    private async Task ReadyAsync()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await Client.System.PingAsync();
                return;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
            {
                if (clock.Elapsed > TimeSpan.FromSeconds(20))
                {
                    throw new TimeoutException(e.Message, e);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private async Task LoadBaseAsync()
    {
        using var archive = new MemoryStream();
        await DebianRoot.WriteAsync(archive, Packages);
        archive.Position = 0;
        await Client.Images.CreateImageAsync(
            new ImagesCreateParameters { Repo = "gemma.test/python", Tag = "1" },
            archive,
            authConfig: null,
            new Heard(m => Assert.That(m.Error, Is.Null))
        );
    }

    /// <summary>Asks it to end: what it has mounted and started goes with it.</summary>
    private async Task StopDaemonAsync()
    {
        var file = Path.Combine(Path.GetDirectoryName(Socket)!, "pid");
        if (!File.Exists(file))
        {
            return;
        }

        using var kill = Process.Start("/bin/kill", [(await File.ReadAllTextAsync(file)).Trim()]);
        await kill.WaitForExitAsync();
        var clock = Stopwatch.StartNew();
        while (File.Exists(file) && clock.Elapsed < TimeSpan.FromSeconds(15))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
