using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Locks;

namespace Operator.Tests.Builds.Inputs.Locks;

/// <summary>What a step does with a lock: <c>lock.py</c> and pip, as they are here.</summary>
[UnsupportedOSPlatform("windows")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LockProgramTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gemma-lock-");

    public void Dispose() => _root.Delete(recursive: true);

    [TestCase("", 0, "")]
    [TestCase("requires-python = \">=3.6\"\n", 0, "")]
    [TestCase(
        "requires-python = \">=3.6,<3.7\"\n",
        1,
        LockedInstall.OtherBase + "Python <3.7,>=3.6, and the base has 3."
    )]
    [TestCase("environments = [\"sys_platform == 'win32'\", \"sys_platform == 'linux'\"]\n", 0, "")]
    [TestCase("environments = [\"platform_version >= '1'\", \"sys_platform == 'linux'\"]\n", 0, "")]
    [TestCase(
        "environments = [\"platform_version >= '1'\"]\n",
        1,
        LockedInstall.OtherBase + "platform_version >= '1', and"
    )]
    [TestCase(
        "environments = [\"sys_platform == 'win32'\"]\n",
        1,
        LockedInstall.OtherBase + "sys_platform == 'win32', and"
    )]
    public async Task A_lock_is_held_against_the_base(string head, int code, string says)
    {
        await WriteAsync(ALock.Head + head + ALock.Package("a", "1"));
        var (exit, said) = await RunAsync($"python3 -c {PythonProgram.Word("lock.py")} {In("requirements.txt")}");
        Assert.That((exit, said), Is.EqualTo((code, said)));
        Assert.That(said, Does.StartWith(says));
    }

    [Test]
    public async Task Another_minor_version_is_said_in_the_log()
    {
        await WriteAsync(ALock.Of(ALock.Package("a", "1")).Replace("1.0", "1.9", StringComparison.Ordinal));
        var (exit, said) = await RunAsync($"python3 -c {PythonProgram.Word("lock.py")} {In("requirements.txt")}");
        Assert.That((exit, said), Is.EqualTo((0, said)));
        Assert.That(said, Does.Contain("locks of version 1.9"));
    }

    [Test]
    public async Task Pip_installs_what_is_locked_and_nothing_that_it_needs_besides()
    {
        Assume.That((await RunAsync("python3 -m pip --version")).Exit, Is.Zero, "there is no pip here");
        var alpha = Wheel("alpha", "1.0", "beta>=1");
        Wheel("alpha", "2.0");
        Wheel("beta", "1.0");
        await WriteAsync(
            ALock.Of(
                ALock.Bare(
                    "alpha",
                    "1.0",
                    $"wheels = [{ALock.Wheel("alpha-1.0-py3-none-any.whl", alpha)}, "
                        + $"{ALock.Wheel("alpha-1.0-cp27-cp27m-manylinux1_x86_64.whl")}]"
                ),
                ALock.Package("gamma", "9.9", "marker = \"sys_platform == 'win32'\"")
            )
        );
        var (exit, said) = await InstallAsync();
        Assert.That(exit, Is.Zero, said);
        Assert.That(
            Directory.EnumerateDirectories(In("site"), "*.dist-info").Select(Path.GetFileName),
            Is.EqualTo(["alpha-1.0.dist-info"])
        );
    }

    [Test]
    public async Task Pip_takes_no_file_of_another_hash()
    {
        Assume.That((await RunAsync("python3 -m pip --version")).Exit, Is.Zero, "there is no pip here");
        Wheel("alpha", "1.0");
        await WriteAsync(ALock.Of(ALock.Package("alpha", "1.0")));
        var (exit, said) = await InstallAsync();
        Assert.That(exit, Is.Not.Zero);
        Assert.That(said, Does.Contain("DO NOT MATCH THE HASHES"));
    }

    private Task<(int Exit, string Said)> InstallAsync() =>
        RunAsync(
            $"python3 -m pip install --no-cache-dir --disable-pip-version-check --target {In("site")} "
                + $"--index-url file://{In("index")} --require-hashes{LockedInstall.Options} "
                + $"--requirement {In("requirements.txt")}"
        );

    private Task WriteAsync(string text) =>
        File.WriteAllTextAsync(
            In("requirements.txt"),
            LockFile.Parse(text, "f", new LockTerms([], "", [Platform.LinuxAmd64])).Value.Render()
        );

    /// <summary>Puts a wheel into the index, and returns its hash.</summary>
    private string Wheel(string name, string version, string? needs = null)
    {
        Directory.CreateDirectory(In($"index/{name}"));
        var (file, info) = ($"{name}-{version}-py3-none-any.whl", $"{name}-{version}.dist-info");
        using (var zip = ZipFile.Open(In($"index/{name}/{file}"), ZipArchiveMode.Create))
        {
            Add(zip, $"{name}.py", "");
            Add(
                zip,
                $"{info}/METADATA",
                $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
                    + (needs is null ? "" : $"Requires-Dist: {needs}\n")
            );
            Add(zip, $"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
            Add(zip, $"{info}/RECORD", $"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n");
        }

        File.AppendAllText(In($"index/{name}/index.html"), $"<a href=\"{file}\">{file}</a>\n");
        return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(In($"index/{name}/{file}"))));
    }

    private static void Add(ZipArchive zip, string name, string text)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(Encoding.ASCII.GetBytes(text));
    }

    private string In(string path) => Path.Combine(_root.FullName, path);

    private static async Task<(int Exit, string Said)> RunAsync(string command)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", $"{command} 2>&1"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var said = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return (shell.ExitCode, said);
    }
}
