using System.Diagnostics;
using System.Runtime.Versioning;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Inputs;

namespace Operator.Tests.Builds.Inputs.Updates;

/// <summary>What is done to files that apt has replaced, by the program that the rendered steps run.</summary>
[UnsupportedOSPlatform("windows")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReplacedFilesTests : IDisposable
{
    private static readonly DateTime Packed = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gemma-replaced-");

    public void Dispose() => _root.Delete(recursive: true);

    [Test]
    public async Task A_file_that_was_replaced_by_one_of_the_same_time_has_another_fraction_of_that_second()
    {
        var file = Write("usr/lib/tool", Packed);
        var since = Stamp();
        File.Delete(file);
        Write("usr/lib/tool", Packed);
        await RunAsync(since);
        var now = File.GetLastWriteTimeUtc(file);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(now, Is.Not.EqualTo(Packed));
            Assert.That(now - Packed, Is.GreaterThan(TimeSpan.Zero).And.LessThan(TimeSpan.FromSeconds(0.1)));
        }
    }

    [Test]
    public async Task What_was_there_before_stays()
    {
        var old = Write("etc/old", Packed);
        // Ahead of the clock by which the kernel has noted the file's last change.
        var since = Write("stamp", DateTime.UnixEpoch.AddYears(200));
        await RunAsync(since);
        Assert.That(File.GetLastWriteTimeUtc(old), Is.EqualTo(Packed));
    }

    [Test]
    public async Task What_has_a_time_of_its_own_keeps_it()
    {
        var since = Stamp();
        var made = Write("etc/made", time: null);
        var before = File.GetLastWriteTimeUtc(made);
        await RunAsync(since);
        Assert.That(File.GetLastWriteTimeUtc(made), Is.EqualTo(before));
    }

    [Test]
    public async Task A_link_is_touched_itself_and_never_what_it_points_at()
    {
        var outside = Directory.CreateTempSubdirectory("gemma-outside-");
        try
        {
            var target = Path.Combine(outside.FullName, "target");
            var since = Stamp();
            await File.WriteAllTextAsync(target, "x");
            File.SetLastWriteTimeUtc(target, Packed);
            FileSystemInfo[] links =
            [
                File.CreateSymbolicLink(Path.Combine(_root.FullName, "link"), target),
                Directory.CreateSymbolicLink(Path.Combine(_root.FullName, "folder"), outside.FullName),
            ];
            foreach (var link in links)
            {
                using var touch = Process.Start("touch", ["-h", "-d", "2020-01-01T00:00:00Z", link.FullName]);
                await touch.WaitForExitAsync();
            }

            await RunAsync(since);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(File.GetLastWriteTimeUtc(target), Is.EqualTo(Packed));
                foreach (var link in links)
                {
                    link.Refresh();
                    Assert.That(
                        link.LastWriteTimeUtc - Packed,
                        Is.GreaterThan(TimeSpan.Zero).And.LessThan(TimeSpan.FromSeconds(0.1))
                    );
                }
            }
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    private string Stamp() => Write("stamp", time: null);

    private string Write(string path, DateTime? time)
    {
        var full = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, path);
        if (time is { } set)
        {
            File.SetLastWriteTimeUtc(full, set);
        }

        return full;
    }

    private async Task RunAsync(string since)
    {
        Assume.That(File.Exists("/usr/bin/python3"), "there is no Python here");
        using var python = Process.Start(
            new ProcessStartInfo("/usr/bin/python3", ["-c", PythonProgram.Read("replaced.py"), since, _root.FullName])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var errors = await python.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.That(python.ExitCode, Is.Zero, errors);
    }
}
