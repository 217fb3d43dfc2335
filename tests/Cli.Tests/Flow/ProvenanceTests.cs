using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using KubectlGemma.Output;

namespace Cli.Tests.Flow;

/// <summary>What images hold, and whether they are what the operator made, is told from cluster and registry.</summary>
public sealed class ProvenanceTests
{
    private World _world = null!;
    private GemmaBuild _second = null!;

    private string Base => _second.Status!.Promoted!.Reference;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        await _world.Stage.ApplyAsync(_world.Stage.Image());
        await _world.Stage.UntilReadyAsync();
        await _world.Stage.AskForBuildAsync("2026-11-29T07:00:00Z");
        await _world.Stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "the second serves");
        _second = (await _world.BuildsAsync()).Single(b => b.BuildName == "gemma-b2");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Test]
    public async Task Packages_are_listed_in_short_and_whole()
    {
        var brief = await _world.RunAsync("contents", "gemma-b2");
        var whole = await _world.RunAsync("contents", "gemma-b2", "-o", "wide");
        var data = await _world.RunAsync("contents", "gemma-b2", "-o", "json");
        Assert.Multiple(() =>
        {
            Assert.That(brief.Code, Is.Zero, brief.Err);
            Assert.That(brief.Out, Does.Contain("4 packages, +0 ~1 -0 against gemma-b1").And.Contain("Ubuntu 24.04"));
            Assert.That(brief.Out, Does.Not.Contain("openssl"));
            Assert.That(
                whole.Out,
                Does.Match("Dpkg +openssl +3.0.13-0ubuntu3.5").And.Match("Python +torch +2.10.0 +index")
            );
            Assert.That(whole.Err, Is.Empty);
            Assert.That(JsonNode.Parse(data.Out)!["packages"]!.AsArray(), Has.Count.EqualTo(4));
        });
    }

    [TestCase("gemma-b2", "gemma-b1")]
    [TestCase("gemma-b1", "gemma-b2")]
    public async Task Two_builds_are_compared_either_way(string build, string against)
    {
        var run = await _world.RunAsync("contents", build, "--against", against);
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(run.Err, Is.Empty);
        Assert.That(
            run.Out,
            Does.StartWith($"{build} +0 ~1 -0 against {against}").And.Contain("~ simulated-updates 1.")
        );
    }

    [TestCase("gemma")]
    [TestCase("gemma-b2")]
    public async Task A_document_is_printed_by_name(string name)
    {
        var run = await _world.RunAsync("sbom", name);
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(
            (string?)JsonNode.Parse(run.Out)!["metadata"]!["component"]!["version"],
            Is.EqualTo(_second.Status!.Promoted!.Digest)
        );
    }

    [Test]
    public async Task A_document_is_found_by_its_image_and_no_cluster_is_asked()
    {
        var byDigest = await Run.Async("sbom", Base, "--insecure", "-o", "jsonpath={.bomFormat}");
        var byTag = await Run.Async("sbom", $"{_world.Stage.Repository}:{_second.Status!.Promoted!.Tag}", "--insecure");
        var service = await Run.Async("sbom", _second.Status.Application!.Reference, "--insecure");
        var nowhere = await Run.Async("sbom", $"{_world.Stage.Repository}:nowhere", "--insecure");
        Assert.Multiple(() =>
        {
            Assert.That(byDigest.Out, Is.EqualTo("CycloneDX"), byDigest.Err);
            Assert.That(byTag.Code, Is.Zero, byTag.Err);
            Assert.That(service.Code, Is.EqualTo(ExitCode.NotFound));
            Assert.That(service.Err, Does.Contain($"it stands on {Base}"));
            Assert.That(nowhere.Code, Is.EqualTo(ExitCode.NotFound));
            Assert.That(nowhere.Err, Does.Contain("there is no image"));
        });
    }

    [Test]
    public async Task What_the_operator_made_holds()
    {
        var run = await _world.RunAsync("verify", "gemma");
        var newest = await _world.RunAsync("verify", Base, "-o", "json");
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.Zero, run.Out + run.Err);
            Assert.That(run.Out, Does.StartWith(_second.Status!.Application!.Reference));
            Assert.That(run.Out, Does.Match("ok +build +gemma-b2 of gemma made it, because of Requested"));
            Assert.That(run.Out, Does.Match("ok +verified .*ran as 10001:10001"));
            Assert.That(Words(run), Does.Match("ok base [^ ]+ whose [0-9]+ layers are its first"));
            Assert.That(Words(run), Does.Contain("ok packages 4 in the list sha256:"));
            Assert.That(run.Out, Does.Match("ok +tag latest +is at it"));
            Assert.That((bool)JsonNode.Parse(newest.Out)!["holds"]!, Is.True, newest.Out);
        });
    }

    [Test]
    public async Task An_older_image_holds_and_the_tags_are_the_newer_ones()
    {
        var run = await _world.RunAsync("verify", "gemma-b1");
        Assert.That(run.Code, Is.Zero, run.Out + run.Err);
        Assert.That(run.Out, Does.Match("- +tag latest +is at the newest image"));
    }

    [Test]
    public async Task An_older_image_holds_when_the_tags_are_others()
    {
        await using var world = await World.StartAsync();
        await world.Stage.ApplyAsync(world.Stage.Image(s => s with { Output = s.Output with { AliasTags = ["v1"] } }));
        await world.Stage.UntilReadyAsync();
        await world.Stage.ApplyAsync(
            world.Stage.Image(s => s with { SystemPackages = ["git"], Output = s.Output with { AliasTags = ["v2"] } })
        );
        await world.Stage.UntilAsync(i => i.Status?.ServingImage?.Build == "gemma-b2", "the second serves");
        await world.Stage.UntilReadyAsync();
        var run = await world.RunAsync("verify", "gemma-b1");
        Assert.That(run.Code, Is.Zero, run.Out + run.Err);
        Assert.That(run.Out, Does.Match("- +tag v1 +gemma has it no more"));
    }

    [Test]
    public async Task A_copy_elsewhere_is_asked_for_over_TLS_and_the_base_where_it_is()
    {
        var copy = _second.Status!.Application!.Reference.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var secure = await _world.RunAsync("verify", copy);
        var plain = await _world.RunAsync("verify", copy, "--insecure");
        Assert.Multiple(() =>
        {
            Assert.That(secure.Code, Is.EqualTo(ExitCode.Failed), secure.Err);
            Assert.That(Words(secure), Does.Match("registry [^ ]*.*localhost"));
            Assert.That(Words(secure), Does.Contain("ok packages").And.Contain("tag latest is at it"));
            Assert.That(secure.Out + secure.Err, Does.Not.Contain("--insecure-registry").And.Not.Contain("operator "));
            Assert.That(plain.Code, Is.Zero, plain.Out + plain.Err);
        });
    }

    [Test]
    public async Task What_nobody_made_is_told()
    {
        var run = await _world.RunAsync("verify", $"{_world.Stage.Registry.Host}/team/server:1", "--insecure");
        Assert.That(run.Code, Is.EqualTo(ExitCode.NotFound));
        Assert.That(run.Err, Does.Contain("no GemmaBuild in namespace").And.Contain("-A looks elsewhere"));
    }

    [Test]
    public async Task A_moved_tag_and_a_document_that_is_gone_are_wrong()
    {
        await using var world = await World.StartAsync();
        await world.Stage.ApplyAsync(world.Stage.Image());
        await world.Stage.UntilReadyAsync();
        await world.Stage.StopOperatorAsync();
        var build = (await world.BuildsAsync()).Single();
        var host = $"http://{world.Stage.Registry.Host}/v2/team";
        using var http = new HttpClient();
        var manifest = JsonNode.Parse(await http.GetStringAsync(new Uri($"{host}/gemma-base/manifests/latest")))!;
        manifest["annotations"] = new JsonObject { ["moved"] = "by somebody" };
        using var body = new StringContent(manifest.ToJsonString());
        body.Headers.ContentType = new MediaTypeHeaderValue((string)manifest["mediaType"]!);
        using var moved = await http.PutAsync(new Uri($"{host}/gemma-base/manifests/latest"), body);
        moved.EnsureSuccessStatusCode();
        await world.Stage.DeleteDigestAsync("team/gemma-base", build.Status!.Contents!.Sbom!.Digest!);

        var verified = await world.RunAsync("verify", "gemma");
        var wide = await world.RunAsync("contents", "gemma-b1", "-o", "wide");
        var sbom = await world.RunAsync("sbom", "gemma-b1");
        Assert.Multiple(() =>
        {
            Assert.That(verified.Code, Is.EqualTo(ExitCode.Failed), verified.Out);
            Assert.That(Words(verified), Does.Contain("WRONG tag latest is at sha256:"));
            Assert.That(Words(verified), Does.Contain("WRONG packages the registry has no list of packages sha256:"));
            Assert.That(wide.Code, Is.Zero);
            Assert.That(wide.Err, Does.Contain("the whole list can't be had: the registry has no list"));
            Assert.That(sbom.Code, Is.EqualTo(ExitCode.NotFound));
        });
    }

    private static string Words(Run run) =>
        string.Join(' ', run.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
