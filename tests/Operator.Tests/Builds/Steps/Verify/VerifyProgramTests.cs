using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Registry.References;
using Operator.Tests.Tools;

namespace Operator.Tests.Builds.Steps.Verify;

/// <summary>The Python program, run by a Python with a torch of these tests' own making.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class VerifyProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gemma-verify-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Test]
    public async Task A_good_image_reports_what_it_holds()
    {
        Torch("__version__ = '2.10.0+cu128'\nclass version: cuda = '12.8'\n");
        var lib = _folder.CreateSubdirectory("torch-lib");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "lib-path"), lib.FullName + "\n");
        await File.WriteAllBytesAsync(Path.Combine(Root, "data"), new byte[100_000]);

        var report = await ReportAsync("torch", "json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Digest, Is.EqualTo(Candidate.ToString()));
            Assert.That(report.Torch.Value, Is.EqualTo("2.10.0+cu128"));
            Assert.That(report.Torch.Error, Is.Null);
            Assert.That(report.Cuda, Is.EqualTo("12.8"));
            Assert.That(report.TorchLib, Is.EqualTo(new VerifyReport.Fact(lib.FullName, null)));
            Assert.That(
                report.Imports,
                Is.EqualTo(
                    new Dictionary<string, string?>(StringComparer.Ordinal) { ["torch"] = null, ["json"] = null }
                )
            );
            Assert.That(report.Python, Does.Match("^3\\.[0-9]+\\.[0-9]+"));
            Assert.That(report.DiskBytes, Is.GreaterThanOrEqualTo(100_000));
            Assert.That(report.Gpu, Is.Null);
        }
    }

    [Test]
    public async Task An_import_that_crashes_is_a_line_of_the_report()
    {
        Module("crashes", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)");
        Module("exits", "import sys; sys.exit(3)");
        Module("raises", "raise RuntimeError('no libcudart')");
        Module("fine", "print('{\"version\": \"a lie on stdout\"}')");
        var report = await ReportAsync("crashes", "exits", "raises", "fine", "missing");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Imports["crashes"], Does.Contain("signal 11"));
            Assert.That(report.Imports["exits"], Does.Contain("exit code 3"));
            Assert.That(report.Imports["raises"], Is.EqualTo("RuntimeError: no libcudart"));
            Assert.That(report.Imports["fine"], Is.Null);
            Assert.That(report.Imports["missing"], Does.Contain("ModuleNotFoundError"));
            Assert.That(report.Torch.Error, Does.Contain("No module named 'torch'"));
        }
    }

    [Test]
    public async Task An_import_that_hangs_is_ended()
    {
        Module("hangs", "import signal; signal.pause()");
        var report = await ReportAsync("hangs");
        Assert.That(report.Imports["hangs"], Does.Contain("longer than 2 s"));
    }

    [Test]
    public async Task A_long_report_fits_and_keeps_its_failures()
    {
        var modules = Enumerable
            .Range(0, 50)
            .Select(n => $"a_module_with_a_name_that_is_rather_long_indeed_number_{n}")
            .ToArray();
        foreach (var name in modules.Skip(1))
        {
            Module(name, "");
        }

        Module(modules[0], "raise RuntimeError('" + new string('x', 3000) + "')");
        var report = await ReportAsync(modules);
        Assert.That(report.Imports[modules[0]], Does.StartWith("RuntimeError: xxx"));
        Assert.That(report.Imports.Count + report.ImportsLeftOut, Is.EqualTo(50));
    }

    [Test]
    public async Task A_torch_that_finds_no_GPU_says_so()
    {
        Torch(
            "__version__ = '2.10.0'\nclass version: cuda = '12.8'\nclass cuda:\n  @staticmethod\n"
                + "  def is_available(): return False\n"
        );
        var report = await ReportAsync(requireGpu: true);
        Assert.That(report.Gpu!.Error, Is.EqualTo("torch.cuda.is_available() is False"));
    }

    [Test]
    public async Task What_the_image_holds_is_listed_with_its_origin()
    {
        Torch(
            "__version__ = '2.10.0'\nclass version: cuda = '12.8'\nclass _C:\n  @staticmethod\n"
                + "  def _cuda_getArchFlags(): return 'sm_80 sm_90 compute_90 rm_-rf'\n"
        );
        Write("etc/os-release", "ID=ubuntu\nVERSION_ID=\"24.04\"\nPRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\n");
        Write(
            "var/lib/dpkg/status",
            "Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.13-0ubuntu3.5\n"
                + "Source: openssl-src (3.0.13)\n\n"
                + "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\n"
                + "Package: half\nStatus: purge ok not-installed\nArchitecture: amd64\n"
        );
        Write("lib/apk/db/installed", "P:musl\nV:1.2.5-r9\nA:x86_64\no:musl-src\n\n");
        Distribution(
            "Some_Package",
            "2.0",
            (
                "direct_url.json",
                """{"url":"https://me:secret@x.example/p.whl?token=1","archive_info":{"hashes":{"sha256":"ab"}}}"""
            )
        );
        Distribution(
            "vcs",
            "1",
            ("direct_url.json", """{"url":"https://x.example/r.git","vcs_info":{"vcs":"git","commit_id":"c0ffee"}}""")
        );
        Distribution("here", "1", ("direct_url.json", """{"url":"file:///src","dir_info":{}}"""));
        Distribution("usual", "1", ("INSTALLER", "pip\n"));
        await ReportAsync();
        var list = ((ContentsReading.Listed)Contents!).List;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(list.Os, Is.EqualTo(new OsRelease("ubuntu", "24.04", "Ubuntu 24.04.3 LTS")));
            Assert.That(list.CudaArchitectures, Is.EqualTo(["sm_80", "sm_90", "compute_90"]));
            Assert.That(
                list.Packages.Where(p => p.Kind != PackageKind.Python).Select(p => p.Text.Trim()),
                Is.EqualTo(["openssl 3.0.13-0ubuntu3.5 amd64", "musl 1.2.5-r9 x86_64"])
            );
            Assert.That(
                list.Packages.Select(p => p.Text),
                Is.SupersetOf([
                    "some-package 2.0  url https://x.example/p.whl#ab",
                    "vcs 1  vcs https://x.example/r.git@c0ffee",
                    "here 1  local",
                    "usual 1  index",
                ])
            );
            Assert.That(list.IsWhole);
            Assert.That(list.HasSources);
            Assert.That(
                list.Packages.Where(p => p.Kind != PackageKind.Python).Select(p => p.Source),
                Is.EqualTo([new PackageSource("openssl-src", "3.0.13"), new PackageSource("musl-src", "1.2.5-r9")])
            );
        }
    }

    [Test]
    public async Task A_package_manager_that_can_not_be_asked_is_named()
    {
        _folder.CreateSubdirectory("root/var/lib/rpm");
        await ReportAsync();
        Assert.That(((ContentsReading.Listed)Contents!).List.Unsupported, Is.EqualTo([PackageKind.Rpm]));
    }

    private static readonly ImageDigest Candidate = ImageDigest.Of("candidate"u8);

    private ContentsReading? Contents { get; set; }

    private void Write(string path, string text)
    {
        var file = new FileInfo(Path.Combine(Root, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }

    private void Distribution(string name, string version, (string Name, string Text) file)
    {
        var folder = _folder.CreateSubdirectory($"site/{name}-{version}.dist-info").FullName;
        File.WriteAllText(
            Path.Combine(folder, "METADATA"),
            $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        );
        File.WriteAllText(Path.Combine(folder, file.Name), file.Text);
    }

    private string Root => _folder.CreateSubdirectory("root").FullName;

    private void Torch(string text) => Module("torch", text);

    private void Module(string name, string text) =>
        File.WriteAllText(Path.Combine(_folder.CreateSubdirectory("site").FullName, name + ".py"), text + "\n");

    private Task<VerifyReport> ReportAsync(params string[] imports) => ReportAsync(false, imports);

    private async Task<VerifyReport> ReportAsync(bool requireGpu, params string[] imports)
    {
        var log = Path.Combine(_folder.FullName, "termination-log");
        var argument = new JsonObject
        {
            ["digest"] = Candidate.ToString(),
            ["imports"] = JsonSerializer.SerializeToNode(imports),
            ["requireGpu"] = requireGpu,
            ["timeout"] = 2,
            ["root"] = Root,
            ["log"] = log,
            ["torchLibFile"] = Path.Combine(_folder.FullName, "lib-path"),
        };
        var printed = await Python.RunAsync(
            VerifyProgram.Text,
            argument.ToJsonString(),
            _folder.CreateSubdirectory("site").FullName
        );
        var text = await File.ReadAllTextAsync(log);
        Assert.That(printed.Split('\n')[0], Is.EqualTo(text));
        Contents = ContentsLog.Read(text, printed, Candidate);
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(text), Is.LessThanOrEqualTo(4096));
        Assert.That(VerifyReport.TryRead(text, out var report, out var problem), problem);
        return report!;
    }
}
