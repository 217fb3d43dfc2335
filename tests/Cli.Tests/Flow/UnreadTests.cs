using System.Diagnostics;
using KubectlGemma.Output;
using Operator.Tests.Clusters;

namespace Cli.Tests.Flow;

/// <summary>What goes on until somebody ends it ends when nobody reads it any more.</summary>
public sealed class UnreadTests
{
    [Test]
    public async Task A_watch_that_nobody_reads_ends_at_its_next_line()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("pipes of Windows tell it in another way");
        }

        await using var world = await World.StartAsync();
        await world.Stage.StopOperatorAsync();
        await world.Stage.ApplyAsync(world.Stage.Image());
        using var process = Process.Start(
            OwnProcess.Start(
                new Dictionary<string, string>(StringComparer.Ordinal),
                "list",
                "--watch",
                "--kubeconfig",
                world.Folder.Path("config"),
                "-n",
                world.Stage.Cluster.Namespace
            )
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        Assert.That(await process.StandardOutput.ReadLineAsync(), Does.StartWith("NAME "));
        Assert.That(await process.StandardOutput.ReadLineAsync(), Does.StartWith("gemma "));
        process.StandardOutput.Close();
        await Eventually.ThatAsync(
            async () =>
            {
                await world.RunAsync("suspend", "gemma");
                await world.RunAsync("resume", "gemma");
                return process.HasExited;
            },
            "it ends"
        );
        Assert.That((process.ExitCode, await errors), Is.EqualTo((ExitCode.Unread, "")));
    }

    [Test]
    public async Task What_ends_by_itself_is_done_though_nobody_reads_it()
    {
        using var process = Process.Start(
            OwnProcess.Start(new Dictionary<string, string>(StringComparer.Ordinal), "completion", "bash")
        )!;
        process.StandardOutput.Close();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That((process.ExitCode, errors), Is.EqualTo((ExitCode.Done, "")));
    }
}
