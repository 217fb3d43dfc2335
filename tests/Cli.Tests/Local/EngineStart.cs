using System.Diagnostics;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using KubectlGemma.Local.Engines;

namespace Cli.Tests.Local;

/// <summary>Waits for an engine, and gives it a base that is made of this machine's own packages.</summary>
internal static class EngineStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

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

    /// <exception cref="TimeoutException">None answers.</exception>
    public static async Task ReadyAsync(DockerClient client)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await client.System.PingAsync();
                return;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
            {
                if (clock.Elapsed > Patience)
                {
                    throw new TimeoutException(e.Message, e);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    public static async Task LoadBaseAsync(DockerClient client, string tag)
    {
        using var archive = new MemoryStream();
        await DebianRoot.WriteAsync(archive, Packages);
        archive.Position = 0;
        await client.Images.CreateImageAsync(
            new ImagesCreateParameters { Repo = "gemma.test/python", Tag = tag },
            archive,
            authConfig: null,
            new Heard(m => Assert.That(m.Error, Is.Null))
        );
    }
}
