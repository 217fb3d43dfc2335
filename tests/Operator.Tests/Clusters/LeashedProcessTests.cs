using System.Diagnostics;
using System.Globalization;

namespace Operator.Tests.Clusters;

[Platform(Include = "Linux,MacOsX", Reason = "/bin/sh")]
public sealed class LeashedProcessTests
{
    private static readonly string[] Sleeper = ["-c", "echo $$ >\"$0\"; exec sleep 600"];

    [Test]
    public async Task A_program_and_its_folder_go_when_they_are_told_to()
    {
        var folder = Directory.CreateTempSubdirectory("gemma-leash-").FullName;
        var leashed = LeashedProcess.Start(folder, "/bin/sh", [.. Sleeper, Path.Combine(folder, "pid")]);
        using var program = await ProcessOfAsync(Path.Combine(folder, "pid"));
        await leashed.StopAsync();
        await GoneAsync(program, folder);
    }

    /// <summary>
    /// A process that holds the leash stands for the test run, and is killed: nothing of its own runs after that.
    /// </summary>
    [Test]
    public async Task After_a_crash_of_the_test_run_neither_the_program_nor_its_folder_stay()
    {
        var folder = Directory.CreateTempSubdirectory("gemma-leash-").FullName;
        var holderFile = Path.GetTempFileName();
        using var pipe = Process.Start(
            new ProcessStartInfo(
                "/bin/sh",
                [
                    "-c",
                    "holder=\"$1\"; shift; (exec sh -c 'echo $$ >\"$0\"; exec sleep 600' "
                        + "\"$holder\") | exec /bin/sh \"$@\"",
                    "sh",
                    holderFile,
                    .. LeashedProcess.Arguments(folder, "/bin/sh", [.. Sleeper, Path.Combine(folder, "pid")]),
                ]
            )
        )!;
        using var program = await ProcessOfAsync(Path.Combine(folder, "pid"));
        using var holder = await ProcessOfAsync(holderFile);
        Assert.That(program.HasExited, Is.False);

        holder.Kill();
        await GoneAsync(program, folder);
        await pipe.WaitForExitAsync(CancellationToken.None);
        File.Delete(holderFile);
    }

    private static async Task<Process> ProcessOfAsync(string file)
    {
        await Eventually.That(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), "it runs");
        return Process.GetProcessById(
            int.Parse(await File.ReadAllTextAsync(file, CancellationToken.None), CultureInfo.InvariantCulture)
        );
    }

    private static Task<TimeSpan> GoneAsync(Process program, string folder) =>
        Eventually.That(() => program.HasExited && !Directory.Exists(folder), "both are gone");
}
