using Docker.DotNet;
using Docker.DotNet.Models;
using KubectlGemma.Local.Engines;
using Operator.Tests.Clusters;

namespace Cli.Tests.Local;

/// <summary>
/// Runs Debian's Podman as a service with folders and a socket of its own, in a mount namespace of its own, and gives
/// it the base of <see cref="RealEngine"/>. Where none can start, tests are skipped and say why.
/// </summary>
internal sealed class RealPodman : IAsyncDisposable
{
    private const string Program = "/usr/bin/podman";

    private const string Runtime = "/usr/sbin/runc";

    /// <summary>
    /// Is its configuration. Podman raises limits to its own where nothing is said, which a container without
    /// CAP_SYS_RESOURCE may not; crun refuses machines with both versions of cgroups; and nothing is asked of systemd.
    /// </summary>
    private const string Configuration = """
        [containers]
        default_ulimits = []
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        runtime = "runc"

        """;

    private readonly LeashedProcess _process;

    private RealPodman(LeashedProcess process, string folder)
    {
        _process = process;
        Address = $"unix://{folder}/podman.sock";
        Client = new DockerClientBuilder().WithEndpoint(new Uri(Address)).Build();
    }

    public string Address { get; }

    public DockerClient Client { get; }

    public static async Task<RealPodman> StartAsync()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Program) || !File.Exists(Runtime))
        {
            Assert.Ignore("Podman or runc isn't installed: apt-get install podman runc");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("a Podman with a mount namespace of its own needs root");
        }

        var folder = Directory.CreateTempSubdirectory("gemma-podman-").FullName;
        await File.WriteAllTextAsync($"{folder}/containers.conf", Configuration);
        string[] flags =
        [
            "--mount",
            "--propagation=private",
            "/usr/bin/env",
            $"CONTAINERS_CONF={folder}/containers.conf",
            Program,
            $"--root={folder}/data",
            $"--runroot={folder}/run",
            $"--tmpdir={folder}/tmp",
            "--storage-driver=overlay",
            "system",
            "service",
            "--time=0",
            $"unix://{folder}/podman.sock",
        ];
        var podman = new RealPodman(LeashedProcess.Start(folder, "/usr/bin/unshare", flags), folder);
        try
        {
            await EngineStart.ReadyAsync(podman.Client);
            await podman.LoadBaseAsync();
            await podman.TryAsync();
        }
        catch (Exception e) when (e is TimeoutException or DockerApiException)
        {
            var log = await File.ReadAllLinesAsync($"{folder}/unshare.out");
            await podman.DisposeAsync();
            Assert.Ignore($"Podman can't run containers here: {e.Message.Trim()} ({log.LastOrDefault()})");
        }

        return podman;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.StopAsync();
    }

    private async Task LoadBaseAsync()
    {
        await EngineStart.LoadBaseAsync(Client, "latest");
        // It takes no tag with an archive.
        await Client.Images.TagImageAsync(
            "gemma.test/python:latest",
            new ImageTagParameters { RepositoryName = "gemma.test/python", Tag = "1" }
        );
    }

    /// <summary>Runs the least that a container can be.</summary>
    private async Task TryAsync()
    {
        var made = await Client.Containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Image = RealEngine.Base,
                Cmd = ["/bin/sh", "-c", "true"],
                HostConfig = new HostConfig { NetworkMode = "none" },
            }
        );
        await Client.Containers.StartContainerAsync(made.ID, null);
        await Client.Containers.WaitContainerAsync(made.ID);
        await Client.Containers.RemoveContainerAsync(made.ID, new ContainerRemoveParameters { Force = true });
    }
}
