using System.Diagnostics;
using System.Runtime.Versioning;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds.Inputs;

namespace Operator.Tests.Builds.Inputs.Cooldowns;

/// <summary>The rendered step, run by a shell, with a pip that writes down what it is asked for.</summary>
[UnsupportedOSPlatform("windows")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CooldownStepTests : IDisposable
{
    private const string Option = "--uploaded-prior-to 2026-11-16T09:00:00Z";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gemma-cooldown-");

    public void Dispose() => _root.Delete(recursive: true);

    [Test]
    public async Task A_pip_that_knows_the_option_is_used_as_it_is()
    {
        Pip("new");
        await RunAsync();
        Assert.That(
            await CallsAsync(),
            Is.EqualTo([$"new install --no-cache-dir {Option} --constraint CONSTRAINTS --requirement REQUIREMENTS"])
        );
    }

    [Test]
    public async Task An_older_one_fetches_one_for_this_step_alone_that_no_requirement_is_met_by()
    {
        Pip("old");
        await RunAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                await CallsAsync(),
                Is.EqualTo([
                    "old install --target OWN --no-deps --no-cache-dir --no-compile --only-binary :all: pip==26.0.1",
                    $"own [pip] install --no-cache-dir {Option} --constraint CONSTRAINTS --requirement REQUIREMENTS",
                ])
            );
            Assert.That(Directory.GetDirectories(In("tmp")), Is.Empty, "nothing of it stays");
        }
    }

    [Test]
    public async Task Where_there_is_none_the_step_fails_and_says_so()
    {
        Pip("old");
        await File.WriteAllTextAsync(In("absent"), "");
        var said = await RunAsync(exitCode: 1);
        Assert.That(said, Does.Contain("\ngemma-operator: this base's pip doesn't know --uploaded-prior-to\n"));
    }

    [Test]
    public async Task A_fix_may_be_younger_where_pip_brought_what_it_mends_and_the_rest_may_not()
    {
        Pip("new");
        Installed("urllib3", "2.4.0");
        Installed("idna", "3.0");
        Installed("Jinja2", "3.2");
        await RunAsync("urllib3==2.5.0 idna==3.7 jinja2==3.1.6 absent==1.0", note: "idna==3.0\n");
        Assert.That(
            await CallsAsync(),
            Is.EqualTo([
                $"new install --no-cache-dir {Option} --constraint CONSTRAINTS --requirement REQUIREMENTS",
                "new install --no-cache-dir --constraint CONSTRAINTS --no-deps urllib3==2.5.0",
                $"new install --no-cache-dir --constraint CONSTRAINTS {Option} --requirement REQUIREMENTS",
            ])
        );
    }

    [Test]
    public async Task A_fix_that_isnt_there_fails_nothing()
    {
        Pip("new");
        Installed("urllib3", "2.4.0");
        await File.WriteAllTextAsync(In("unfixed"), "");
        var said = await RunAsync("urllib3==2.5.0");
        Assert.That(said, Does.Contain("gemma-operator: urllib3==2.5.0 can't be installed, and what is there stays"));
    }

    private string In(string path) => Path.Combine(_root.FullName, path);

    private void Installed(string name, string version)
    {
        var info = Directory.CreateDirectory(In($"modules/{name}-{version}.dist-info"));
        File.WriteAllText(
            Path.Combine(info.FullName, "METADATA"),
            $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        );
    }

    private void Pip(string kind)
    {
        Directory.CreateDirectory(In("modules/pip/_vendor/packaging"));
        File.WriteAllText(In("modules/pip/__init__.py"), "");
        File.WriteAllText(In("modules/pip/_vendor/__init__.py"), "");
        File.WriteAllText(In("modules/pip/_vendor/packaging/__init__.py"), "");
        File.WriteAllText(
            In("modules/pip/_vendor/packaging/version.py"),
            "def Version(text): return tuple(int(part) for part in text.split('.'))\n"
        );
        File.WriteAllText(
            In("modules/pip/__main__.py"),
            $$"""
            import os, sys
            words, root = sys.argv[1:], "{{_root.FullName}}"
            if words == ["install", "--help"]:
                print("options: {{(kind == "new" ? "--uploaded-prior-to" : "--target")}}")
                sys.exit()
            with open(root + "/calls", "a") as file:
                file.write("{{kind}} " + " ".join(words) + "\n")
            if "--no-deps" in words and os.path.exists(root + ("/absent" if "--target" in words else "/unfixed")):
                sys.exit("ERROR: No matching distribution found")
            if "--target" in words:
                own = words[words.index("--target") + 1]
                os.makedirs(own + "/pip")
                os.makedirs(own + "/pip-26.0.1.dist-info")
                with open(own + "/pip/__main__.py", "w") as file:
                    file.write("import os, sys\n"
                        "there = os.listdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))\n"
                        "with open('%s/calls', 'a') as file:\n" % root
                        + "    file.write('own [%s] ' % ' '.join(there) + ' '.join(sys.argv[1:]) + chr(10))\n")
            """
        );
    }

    private async Task<string[]> CallsAsync() =>
        [
            .. (await File.ReadAllLinesAsync(In("calls"))).Select(line =>
                string.Join(
                    ' ',
                    line.Split(' ')
                        .Select(word =>
                            word.EndsWith("/constraints.txt", StringComparison.Ordinal) ? "CONSTRAINTS"
                            : word.EndsWith("/requirements.txt", StringComparison.Ordinal) ? "REQUIREMENTS"
                            : word.StartsWith(In("tmp"), StringComparison.Ordinal) ? "OWN"
                            : word
                        )
                )
            ),
        ];

    /// <summary>Runs the step as an executor would, but for what it notes of the base; returns what it said.</summary>
    private async Task<string> RunAsync(string fixes = "", string note = "", int exitCode = 0)
    {
        Assume.That(
            File.Exists("/usr/bin/python3") || File.Exists("/usr/local/bin/python3"),
            "there is no Python here"
        );
        Directory.CreateDirectory(In("tmp"));
        Directory.CreateDirectory(In("opt/gemma"));
        await File.WriteAllTextAsync(In("opt/gemma/base-python-packages"), note);
        var spec = BuildExamples.Spec with
        {
            Requirements = new RequirementsSpec { Inline = "fastapi\n", MinAge = "168h" },
        };
        var text = DockerfileRenderer.Render(ParsedSpec.Parse(spec, null, null).Value);
        var step = text.Split("RUN ").Single(run => run.Contains("requirements failed", StringComparison.Ordinal));
        var lines = step.Split("\n\nFROM")[0]
            .Split("; \\\n")
            .Where(line => !line.TrimEnd().EndsWith("base-python-packages", StringComparison.Ordinal));
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", string.Join(";\n", lines).Replace("/opt/gemma", In("opt/gemma"), StringComparison.Ordinal)]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONPATH"] = In("modules");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["TMPDIR"] = In("tmp");
        start.Environment["CACHE_EPOCH"] = "";
        start.Environment["GEMMA_UPLOADED_BEFORE"] = "2026-11-16T09:00:00Z";
        start.Environment["GEMMA_YOUNGER_FIXES"] = fixes;
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        var printed = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.That(shell.ExitCode, Is.EqualTo(exitCode), await errors);
        return $"{printed}\n{await errors}\n";
    }
}
