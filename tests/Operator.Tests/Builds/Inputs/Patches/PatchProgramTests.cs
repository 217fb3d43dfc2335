using System.Diagnostics;
using System.Runtime.Versioning;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Patches;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Inputs.Patches;

/// <summary>
/// What a patch finds out about Python distributions: the commands of the rendered step, run by a shell over a folder
/// of distributions.
/// </summary>
[UnsupportedOSPlatform("windows")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PatchProgramTests : IDisposable
{
    private const string Note = "numpy==1.26\noldlib==1.0\npython-apt==2.4\nSix-like==1\ntorch==2.10\n";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gemma-patch-");

    public PatchProgramTests()
    {
        Directory.CreateDirectory(In("modules"));
        Directory.CreateDirectory(In("opt/gemma"));
        File.WriteAllText(In("opt/gemma/base-python-packages"), Note.ToLowerInvariant());
        File.WriteAllText(
            In("opt/gemma/requirements.txt"),
            "absent>=2\nfastapi>=0.1\naccelerate[extra]==1.3 ; python_version > '3'\n"
                + "oldlib[more]>=1 ; python_version > '3'\npython-apt\n"
        );
        Installed("torch", "2.10", "pip");
        Installed("numpy", "2.0", "pip");
        Installed("oldlib", "1.0", "pip", "kept-by-base");
        Installed("python_apt", "2.5", "debian");
        Installed("Six.Like", "1", "");
        Installed("FastAPI", "0.1", "pip", "starlette>=1; extra == 'all'", "numpy (>=1)");
        Installed("starlette", "1.0", "pip");
        Installed("accelerate", "1.3", "pip", "torch>=2");
        Installed("legacy", "1.0", "pip", "legacys-own");
        Installed("legacys-own", "1.0", "pip", "legacy");
        Installed("kept-by-base", "1.0", "pip");
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Test]
    public async Task What_pip_brought_may_move_and_what_apt_moved_is_noted_as_the_bases()
    {
        var names = await RunAsync(" movable ");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                names,
                Is.EqualTo(["accelerate", "fastapi", "kept-by-base", "legacy", "legacys-own", "numpy", "starlette"])
            );
            Assert.That(
                await File.ReadAllTextAsync(In("opt/gemma/base-python-packages")),
                Is.EqualTo("numpy==1.26\noldlib==1.0\npython-apt==2.5\nsix-like==1\ntorch==2.10\n")
            );
        }
    }

    [Test]
    public async Task A_note_that_is_right_isnt_written_again()
    {
        await RunAsync(" movable ");
        File.SetUnixFileMode(In("opt/gemma/base-python-packages"), UnixFileMode.UserRead);
        var at = File.GetLastWriteTimeUtc(In("opt/gemma/base-python-packages"));
        await RunAsync(" movable ");
        Assert.That(File.GetLastWriteTimeUtc(In("opt/gemma/base-python-packages")), Is.EqualTo(at));
    }

    [Test]
    public async Task What_came_with_the_base_isnt_asked_for_by_name_so_that_pip_leaves_it_as_a_full_build_does()
    {
        await RunAsync(" movable ");
        var (kept, wanted) = (await RunAsync(" kept "), await RunAsync(" wanted "));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept, Is.EqualTo(["oldlib>=1 ; python_version > '3'", "python-apt"]));
            Assert.That(
                wanted,
                Is.EqualTo([
                    "absent>=2",
                    "fastapi>=0.1",
                    "accelerate[extra]==1.3 ; python_version > '3'",
                    "accelerate",
                    "fastapi",
                    "kept-by-base",
                    "legacy",
                    "legacys-own",
                    "numpy",
                    "starlette",
                ])
            );
        }
    }

    [Test]
    public async Task What_neither_the_requirements_nor_the_base_need_any_more_goes()
    {
        await RunAsync(" movable ");
        Assert.That(await RunAsync(" unneeded "), Is.EqualTo(["legacy", "legacys-own"]));
    }

    private string In(string path) => Path.Combine(_root.FullName, path);

    private void Installed(string name, string version, string by, params string[] needs)
    {
        var info = Directory.CreateDirectory(In($"modules/{name}-{version}.dist-info"));
        File.WriteAllText(
            Path.Combine(info.FullName, "METADATA"),
            $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
                + string.Concat(needs.Select(need => $"Requires-Dist: {need}\n"))
        );
        if (by.Length > 0)
        {
            File.WriteAllText(Path.Combine(info.FullName, "INSTALLER"), by + "\n");
        }
    }

    /// <summary>Runs the line of the step that has a word, and returns what it wrote into its file.</summary>
    private async Task<string[]> RunAsync(string word)
    {
        var python = new[] { "/usr/bin/python3", "/usr/local/bin/python3" }.FirstOrDefault(File.Exists);
        Assume.That(python, Is.Not.Null, "there is no Python here");
        var text = PatchRenderer.Render(
            ParsedSpec.Parse(BuildExamples.Spec, null, null).Value,
            ImageReference.Parse($"registry.example/team/gemma@{A.Digest(7)}")
        );
        var lines = text.Split("; \\\n")
            .Where(l =>
                l.Contains("list() {", StringComparison.Ordinal) || l.Contains($"list{word}", StringComparison.Ordinal)
            );
        var line = string.Join("; ", lines)
            .Replace("/opt/gemma", In("opt/gemma"), StringComparison.Ordinal)
            .Replace("$work", _root.FullName, StringComparison.Ordinal)
            .Replace("python3 -c", $"{python} -S -c", StringComparison.Ordinal);
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"set -eu; {line}"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONPATH"] = In("modules");
        using var shell = Process.Start(start)!;
        var errors = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.That(errors, Is.Empty);
        return await File.ReadAllLinesAsync(In($"{word.Trim()}.txt"));
    }
}
