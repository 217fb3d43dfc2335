using System.Diagnostics;
using System.Globalization;

namespace Operator.Tests.Samples;

/// <summary>Ctrl-C ends the quickstart in the same words and with the same code whenever it comes.</summary>
internal sealed class InterruptTests
{
    private const int Interrupted = 130;

    [TestCase("Gemma Operator quickstart", 1, TestName = "{m}(while it starts)")]
    [TestCase(" s  Building ", 1, TestName = "{m}(while it builds)")]
    [TestCase(" s  RollingOut ", 1, TestName = "{m}(while it follows)")]
    [TestCase("A requirement changes", 1, TestName = "{m}(in the story)")]
    [TestCase("kubectl get jobs", 1, TestName = "{m}(while it is kept)")]
    [TestCase("kubectl get jobs", 2, TestName = "{m}(while it stops)")]
    [TestCase("Gemma Operator quickstart", 2, TestName = "{m}(twice at once)")]
    [CancelAfter(120_000)]
    public async Task It_stops(string at, int times, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "quickstart.dll"),
                "--keep",
                "--until",
                at.StartsWith('A') ? "story" : "ready",
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        try
        {
            while (
                await process.StandardOutput.ReadLineAsync(cancel) is { } line
                && !line.Contains(at, StringComparison.Ordinal)
            )
            {
                // Its own words say when.
            }

            for (var i = 0; i < times; i++)
            {
                await SignalAsync(process.Id, cancel);
            }

            var rest = await process.StandardOutput.ReadToEndAsync(cancel);
            var errors = await process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(process.ExitCode, Is.EqualTo(Interrupted));
                Assert.That(rest.TrimEnd().Split('\n')[^1], Is.EqualTo("Stopped."));
                Assert.That(rest.Split("Stopped.").Length - 1, Is.EqualTo(1));
                Assert.That(errors, Is.Empty);
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task SignalAsync(int process, CancellationToken cancel)
    {
        var id = process.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("/bin/sh", ["-c", "kill -INT \"$0\"", id]);
        await kill.WaitForExitAsync(cancel);
        Assert.That(kill.ExitCode, Is.Zero);
    }
}
