using System.Text;
using GemmaInference.Fetch.Transport;
using StandIns.Hub;

namespace Inference.Tests.Fetch;

/// <summary>What can't be fetched is told with its reason, in one line, and leaves nothing visible.</summary>
[TestFixture]
internal sealed class FetchRefusalTests
{
    private const string Token = "hf_secretsecretsecret";

    [Test]
    public async Task A_wrong_hash_is_told_and_never_visible()
    {
        await using var run = await FetchRun.StartAsync();
        run.Hub.Fail(new HubFault.Spoils());
        await DemandAsync(run, "HashMismatch", retry: false, "config.json");
        run.Hub.Heal();
        Assert.That(await run.FetchAsync(), Is.Zero, "the next one isn't harmed");
        run.DemandWhole();
    }

    [Test]
    public async Task A_revision_that_is_not_there_is_named()
    {
        await using var run = await FetchRun.StartAsync();
        await DemandAsync(run, "NotFound", false, "'nope'", $"hub:{FetchRun.Name}@nope");
        await DemandAsync(run, "NotFound", false, "needs a token", "hub:google/none@main");
    }

    [Test]
    public async Task Tokens_that_do_not_do_are_told_apart()
    {
        await using var run = await FetchRun.StartAsync();
        (run.Repository.Token, run.Repository.TokenWithoutLicence) = (Token, "hf_otherotherother");
        await DemandAsync(run, "Gated", false, $"accept its licence at {run.Hub.Endpoint}{FetchRun.Name}");
        await DemandAsync(
            run,
            "Gated",
            false,
            "accept",
            more: ["--token-file", run.Write("other", "hf_otherotherother")]
        );
        await DemandAsync(
            run,
            "Unauthorized",
            false,
            "make a new one",
            more: ["--token-file", run.Write("bad", "hf_no")]
        );
        Assert.That(await run.FetchAsync("--token-file", run.Write("good", Token)), Is.Zero);
    }

    [Test]
    public async Task A_gated_model_says_where_to_accept_its_licence()
    {
        await using var run = await FetchRun.StartAsync();
        run.Hub.Fail(new HubFault.Answers(403, ErrorCode: "GatedRepo") { Path = "/resolve/" });
        await DemandAsync(run, "Gated", false, $"at {run.Hub.Endpoint}{FetchRun.Name} ");
    }

    [TestCase(500)]
    [TestCase(503)]
    [TestCase(429)]
    public async Task A_hub_that_fails_is_asked_a_few_times(int status)
    {
        await using var run = await FetchRun.StartAsync();
        run.Hub.Fail(new HubFault.Answers(status));
        await DemandAsync(run, "Unavailable", true, $"answered {status}");
        Assert.That(run.Hub.Requests, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Nobody_there_is_unavailable()
    {
        await using var run = await FetchRun.StartAsync();
        await run.Hub.DisposeAsync();
        await DemandAsync(run, "Unavailable", true, "can't be reached");
    }

    [Test]
    public async Task Weights_of_another_kind_are_named()
    {
        await using var run = await FetchRun.StartAsync();
        var small = FetchRun.Tiny().Where(file => file.Path != "model.safetensors").ToList();
        run.Repository.Commit("main", [.. small, HubFile.Of("model-q4.gguf", [1, 2])]);
        await DemandAsync(run, "NoSafetensors", false, "model-q4.gguf");
        run.Repository.Commit(
            "main",
            [
                .. small,
                HubFile.Of(
                    "model.safetensors.index.json",
                    """{"weight_map":{"a":"model-00001-of-00001.safetensors"}}"""u8.ToArray()
                ),
            ]
        );
        await DemandAsync(run, "NoSafetensors", false, "model-00001-of-00001.safetensors");
    }

    [Test]
    public async Task Another_architecture_is_refused_before_its_weights_are_fetched()
    {
        await using var run = await FetchRun.StartAsync();
        var others = FetchRun.Tiny().Where(file => file.Path != "config.json");
        run.Repository.Commit("main", [.. others, HubFile.Of("config.json", """{"model_type":"llama"}"""u8.ToArray())]);
        await DemandAsync(run, "UnsupportedModel", false, "'llama' is not supported");
        Assert.That(run.Hub.Requests.Where(request => request.IsStore), Is.Empty);
    }

    [Test]
    public async Task A_volume_that_is_too_small_is_told_before_it_is_filled()
    {
        await using var run = await FetchRun.StartAsync(HubFile.Generated("extra.bin", 1L << 30));
        run.Configure(TimeProvider.System, Patience.Default, _ => 100 << 20);
        await DemandAsync(run, "DiskFull", false, "100.0Mi free", more: ["--include", "*.bin"]);
        Assert.That(run.Hub.Requests.Where(request => request.IsStore), Is.Empty);
        run.Configure(TimeProvider.System, Patience.Default, _ => 100 << 20);
        await DemandAsync(run, "DiskFull", false, "must stay free", more: ["--reserve", $"{99 << 20}"]);
    }

    [TestCase("http://169.254.169.254/latest")]
    [TestCase("http://[fd00:ec2::254]/x")]
    [TestCase("http://[::ffff:169.254.169.254]/x")]
    [TestCase("http://0.0.0.0/x")]
    public async Task A_redirect_to_a_metadata_address_is_refused(string to)
    {
        await using var run = await FetchRun.StartAsync();
        run.Hub.Fail(new HubFault.Redirects(new Uri(to)) { Path = "/resolve/" });
        await DemandAsync(run, "Refused", false, "never fetched there");
    }

    [TestCase("ftp://127.0.0.1/x", "scheme")]
    [TestCase("http://user:pass@127.0.0.1/x", "credentials")]
    public async Task A_redirect_to_something_else_is_refused(string to, string says)
    {
        await using var run = await FetchRun.StartAsync();
        run.Hub.Fail(new HubFault.Redirects(new Uri(to)) { Path = "/resolve/" });
        await DemandAsync(run, "Refused", false, says);
    }

    [Test]
    public async Task Redirects_in_a_ring_end()
    {
        await using var run = await FetchRun.StartAsync();
        run.Hub.Fail(new HubFault.Redirects(new Uri(run.Hub.Endpoint, "/ring")) { Path = "/ring" });
        run.Hub.Fail(new HubFault.Redirects(new Uri(run.Hub.Endpoint, "/ring")) { Path = "/resolve/" });
        await DemandAsync(run, "Refused", false, "redirects more than");
    }

    [TestCase("../../etc/cron.d/x")]
    [TestCase("/etc/passwd")]
    [TestCase("a\\b.json")]
    [TestCase("a//b")]
    [TestCase(".gemma-model.json")]
    public async Task Hostile_names_are_refused(string name)
    {
        await using var run = await FetchRun.StartAsync(HubFile.Of(name, Encoding.UTF8.GetBytes("x")));
        await DemandAsync(run, "Refused", false, "the repository holds a file");
    }

    [Test]
    public async Task Somebody_elses_files_are_left_alone()
    {
        await using var run = await FetchRun.StartAsync();
        Directory.CreateDirectory(run.Target);
        await File.WriteAllTextAsync(Path.Combine(run.Target, "mine"), "x", run.Bound);
        await DemandAsync(run, "Conflict", false, "no fetch left there");
        Assert.That(File.Exists(Path.Combine(run.Target, "mine")));
    }

    private static async Task DemandAsync(
        FetchRun run,
        string reason,
        bool retry,
        string says,
        string? source = null,
        string[]? more = null
    )
    {
        var code = await run.FetchAsync(source ?? $"hub:{FetchRun.Name}@main", run.Bound, more ?? []);
        var error = run.Host.Error.ToString()!;
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That((run.Reason, run.Retry), Is.EqualTo((reason, retry)), run.Message);
        Assert.That(run.Message, Does.Contain(says));
        Assert.That(error.TrimEnd('\n').Split('\n')[^1], Is.EqualTo($"gemma-inference: {reason}: {run.Message}"));
        Assert.That(error, Does.Not.Contain("   at "));
        Assert.That(run.Lines[^1], Is.EqualTo(await File.ReadAllTextAsync(run.TerminationLog, run.Bound)));
        Assert.That(File.Exists(Path.Combine(run.Target, ".gemma-model.json")), Is.False);
    }
}
