using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Inputs;
using Operator.Tests.Tools;

namespace Operator.Tests.BaseImages.Engines;

/// <summary>The Python program that fetches weights, against a stand-in for huggingface_hub.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FetchProgramTests : IDisposable
{
    private const string Revision = "0123456789abcdef0123456789abcdef01234567";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gemma-fetch-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Test]
    public async Task Weights_are_fetched_and_told_as_the_server_s_own_command_tells_them()
    {
        await StandInAsync(
            """
            def snapshot_download(repo, revision, local_dir, allow_patterns, endpoint, token, max_workers):
                assert "HF_HUB_OFFLINE" not in os.environ
                assert (repo, revision, endpoint, token) == ("google/gemma", REVISION, "https://hub.example", "hf_x"), token
                os.makedirs(local_dir, exist_ok=True)
                for name in ("config.json", "model.safetensors"):
                    open(os.path.join(local_dir, name), "w").write("x")
            """
        );
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "token"), "hf_x\n");
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "sitecustomize.py"),
            "import os\nos.environ['HF_HUB_OFFLINE'] = '1'"
        );
        var said = await RunAsync(0, "--token-file", Path.Combine(_folder.FullName, "token"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(FetchReport.ReadEnd(said), Is.EqualTo(new FetchReport.Done(30)));
            Assert.That(Path.Combine(_folder.FullName, "model", "model.safetensors"), Does.Exist);
        }

        await StandInAsync("def snapshot_download(*_, **__): raise AssertionError('fetched twice')");
        Assert.That(FetchReport.ReadEnd(await RunAsync(0)), Is.EqualTo(new FetchReport.Done(30)), "it is there");
    }

    [TestCase("class GatedRepoError(Exception): pass", "GatedRepoError('accept it')", "Gated", false)]
    [TestCase("class RevisionNotFoundError(Exception): pass", "RevisionNotFoundError('none')", "NotFound", false)]
    [TestCase("", "OSError(28, 'No space left on device')", "DiskFull", false)]
    [TestCase("", "ConnectionError('reset')", "Unavailable", true)]
    public async Task What_fails_is_told_by_its_reason(string type, string error, string reason, bool mayPass)
    {
        await StandInAsync($"{type}\ndef snapshot_download(*_, **__): raise {error}");
        var failed = (FetchReport.Failed)FetchReport.ReadEnd(await RunAsync(1))!;
        Assert.That((failed.Reason, failed.MayPass), Is.EqualTo((reason, mayPass)));
    }

    [Test]
    public async Task A_base_without_the_library_says_so()
    {
        var failed = (FetchReport.Failed)FetchReport.ReadEnd(await RunAsync(1))!;
        Assert.That((failed.Reason, failed.MayPass), Is.EqualTo(("InvalidArgument", false)));
        Assert.That(failed.Message, Does.Contain("huggingface_hub"));
    }

    [Test]
    public async Task Images_are_refused()
    {
        var failed = (FetchReport.Failed)FetchReport.ReadEnd(await RunOfAsync(1, "oci://registry.example/m@sha256:0"))!;
        Assert.That(failed.Reason, Is.EqualTo("InvalidArgument"));
    }

    private Task StandInAsync(string rest) =>
        File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "huggingface_hub.py"),
            $$"""
            import os
            REVISION = "{{Revision}}"
            class File:
                def __init__(self, name, size): self.rfilename, self.size = name, size
            class Info:
                siblings = [File("config.json", 10), File("model.safetensors", 20), File("README.md", 5), File("a.bin", 9)]
            class HfApi:
                def __init__(self, endpoint, token): pass
                def model_info(self, repo, revision, files_metadata): return Info()
            {{rest}}
            """
        );

    private Task<string> RunAsync(int exitCode, params string[] more) =>
        RunOfAsync(exitCode, $"hub:google/gemma@{Revision}", more);

    /// <summary>Returns what it says; the termination log is the kubelet's, and isn't there.</summary>
    private Task<string> RunOfAsync(int exitCode, string source, params string[] more) =>
        Python.RunAsync(
            PythonProgram.Read("fetch.py"),
            [
                "fetch",
                source,
                "--endpoint",
                "https://hub.example",
                .. more,
                "--to",
                Path.Combine(_folder.FullName, "model"),
                "--progress",
                "json",
            ],
            _folder.FullName,
            exitCode
        );
}
