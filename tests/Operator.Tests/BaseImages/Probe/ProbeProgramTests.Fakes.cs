using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Inputs.Updates;
using Operator.Tests.Tools;

namespace Operator.Tests.BaseImages.Probe;

/// <content>The image that is asked: a folder with an apt, a pip and what they tell.</content>
[UnsupportedOSPlatform("windows")]
internal sealed partial class ProbeProgramTests
{
    private string In(string name) => Path.Combine(_folder.FullName, name);

    private void Script(string name, string body)
    {
        File.WriteAllText(In($"bin/{name}"), $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(
            In($"bin/{name}"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
    }

    private void Apt(string upgrade = "", string install = "", string policy = Sources, string failing = "none")
    {
        File.WriteAllText(In("upgrade"), upgrade);
        File.WriteAllText(In("install"), install);
        File.WriteAllText(In("policy"), policy);
        Script("apt-cache", $"cat {In("policy")}");
        Script(
            "apt-get",
            $$"""
            echo "$*" >> {{In("apt.log")}}
            for word in "$@"; do
              if [ "$word" = {{failing}} ]; then echo "E: of apt's own" >&2; echo later >&2; exit 100; fi
              case "$word" in upgrade|install) cat {{_folder.FullName}}/$word;; esac
            done
            """
        );
    }

    private void Pip(string version, params (string Name, string Version)[] planned)
    {
        Directory.CreateDirectory(In("modules/pip"));
        File.WriteAllText(In("modules/pip/__init__.py"), "");
        var report = JsonSerializer.Serialize(
            new { install = planned.Select(p => new { metadata = new { name = p.Name, version = p.Version } }) }
        );
        File.WriteAllText(
            In("modules/pip/__main__.py"),
            $$"""
            import os, sys
            if "--version" in sys.argv:
                print("pip {{version}} from /x (python 3)")
            elif "--target" in sys.argv:
                own = sys.argv[sys.argv.index("--target") + 1]
                os.makedirs(own + "/pip-26.0.1.dist-info")
                os.makedirs(own + "/pip")
                open(own + "/pip/__main__.py", "w").write(open(__file__).read())
                open("{{In("own.log")}}", "w").write(" ".join(sys.argv[1:]))
            elif "--uploaded-prior-to" in sys.argv and os.path.exists("{{In("dateless")}}"):
                sys.exit("ERROR: Index https://index.example/simple/x/ does not provide upload-time metadata.")
            else:
                there = os.listdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
                open("{{In("pip.log")}}", "w").write(" ".join(sorted(there)) + " " + " ".join(sys.argv))
                open(sys.argv[sys.argv.index("--report") + 1], "w").write('''{{report}}''')
            """
        );
    }

    private void Installed(string name, string version)
    {
        var info = Directory.CreateDirectory(In($"modules/{name}-{version}.dist-info"));
        File.WriteAllText(
            Path.Combine(info.FullName, "METADATA"),
            $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        );
    }

    private async Task<string[]> CallsAsync() => await File.ReadAllLinesAsync(In("apt.log"));

    private async Task<ProbeReport.Answer> AnswerAsync(Asked asked)
    {
        var report = await ReportAsync(asked);
        Assert.That(report, Is.InstanceOf<ProbeReport.Answer>(), report.ToString());
        return (ProbeReport.Answer)report;
    }

    private async Task<ProbeReport.Failed> FailureAsync(Asked asked) => (ProbeReport.Failed)await ReportAsync(asked);

    private async Task<ProbeReport> ReportAsync(Asked asked)
    {
        var argument = new JsonObject
        {
            ["digest"] = A.Digest(7),
            ["log"] = In("log"),
            ["root"] = In("root"),
            ["work"] = In("work"),
            ["timeout"] = 60,
            ["forget"] = new JsonArray("PIP_INDEX_URL"),
            ["ranks"] = new JsonObject
            {
                ["dpkg"] = JsonSerializer.SerializeToNode(PackageImportance.SystemPatterns),
                ["python"] = JsonSerializer.SerializeToNode(PackageImportance.PythonPatterns),
            },
            ["apt"] = asked.HasApt
                ? new JsonObject
                {
                    ["upgrade"] = true,
                    ["packages"] = JsonSerializer.SerializeToNode(asked.Packages),
                    ["preferences"] = asked.IsSecurity ? UpdateCommands.PreferencesText : "",
                    ["sources"] = asked.IsSecurity ? UpdateCommands.SecuritySource : UpdateCommands.AnySource,
                    ["held"] = new JsonObject
                    {
                        ["names"] = HeldPackages.Names,
                        ["maintainers"] = HeldPackages.Maintainers,
                        ["pins"] = JsonSerializer.SerializeToNode(asked.Pins),
                    },
                }
                : null,
            ["pip"] = asked.HasPip
                ? new JsonObject
                {
                    ["requirements"] = In("gemma/requirements.txt"),
                    ["constraints"] = In("gemma/constraints.txt"),
                    ["base"] = In("gemma/base"),
                    ["options"] = new JsonArray("--index-url", "https://index.example/simple"),
                    ["before"] = asked.Before,
                    ["newer"] = "pip==26.0.1",
                    ["indexes"] = new JsonArray("--index-url", "https://index.example/simple"),
                }
                : null,
        };
        var path = JsonSerializer.Serialize($"{In("bin")}:/usr/bin:/bin");
        await Python.RunAsync(
            // What this machine has of apt must not answer; its Python needs no path.
            $"import os, shutil; os.environ['PATH'] = {path}; which = shutil.which\n"
                + $"shutil.which = lambda name, path=None: which(name, path='{In("bin")}')\n"
                + ProbeQuestion.Program,
            argument.ToJsonString(),
            In("modules")
        );
        var message = await File.ReadAllTextAsync(In("log"));
        Assert.That(message, Has.Length.LessThanOrEqualTo(4096), "what a termination message has room for");
        return ProbeReport.Read(message, A.Digest(7));
    }

    private sealed record Asked
    {
        public bool HasApt { get; init; } = true;

        public bool HasPip { get; init; }

        public string? Before { get; init; }

        public bool IsSecurity { get; init; }

        public string[] Packages { get; init; } = [];

        public string[] Pins { get; init; } = [];
    }
}
