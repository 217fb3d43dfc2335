using System.Diagnostics;
using Docker.DotNet;
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

    /// <param name="more">Further flags of the daemon.</param>
    public static async Task<RealEngine> StartAsync(params string[] more)
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
            .. more,
        ];
        var engine = new RealEngine(LeashedProcess.Start(folder, Program, flags), folder);
        try
        {
            await EngineStart.ReadyAsync(engine.Client);
        }
        catch (TimeoutException e)
        {
            var log = await File.ReadAllLinesAsync($"{folder}/dockerd.out");
            await engine.DisposeAsync();
            Assert.Ignore($"Docker doesn't start here: {log.LastOrDefault()} ({e.Message})");
        }

        await EngineStart.LoadBaseAsync(engine.Client, "1");
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await StopDaemonAsync();
        await _process.StopAsync();
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
