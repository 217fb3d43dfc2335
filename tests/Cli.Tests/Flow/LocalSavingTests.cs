using System.Text.Json.Nodes;
using Cli.Tests.Local;

namespace Cli.Tests.Flow;

/// <summary>A local build is compared with those of the cluster, where one can be reached.</summary>
public sealed class LocalSavingTests
{
    private static readonly string Base = $"registry.example/base@sha256:{new string('d', 64)}";

    private static readonly string Manifest = Recordings.Manifest.Replace(
        "pytorch: \"2.10.0\"",
        $"image: \"{Base}\", pytorch: \"2.10.0\"",
        StringComparison.Ordinal
    );

    private World _world = null!;
    private EngineStub _engine = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _engine = await EngineStub.StartAsync();
        _engine.Answer($"GET /images/{Base}/json", 200, "base.json");
        _world = await World.StartAsync();
        await _world.Stage.WriteRequirementsAsync("idna==3.10");
        await _world.Stage.Api.CreateAsync(_world.Stage.Image(), CancellationToken.None);
        await _world.Stage.UntilReadyAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _engine.DisposeAsync();
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Test]
    public async Task The_last_full_build_of_the_cluster_is_named()
    {
        var build = (await _world.BuildsAsync()).Single();
        using var input = new StringReader(Manifest);
        var run = await _world.RunAsync(
            input,
            "build",
            "-f",
            "-",
            "--local",
            "--engine",
            _engine.Address,
            "-o",
            "json"
        );
        Assert.That(run.Code, Is.Zero, run.Err);
        var data = JsonNode.Parse(run.Out)!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)data["lastFullBuild"], Is.EqualTo(build.Metadata.Name));
            Assert.That(
                (double)data["lastFullBuildSeconds"]!,
                Is.EqualTo((build.Status!.CompletionTime!.Value - build.Status.StartTime!.Value).TotalSeconds)
                    .Within(0.1)
            );
            Assert.That((string?)data["unknown"], Is.Null);
            Assert.That((string?)data["inCluster"], Does.Contain("Build "));
        });
    }

    [Test]
    public async Task Without_a_cluster_it_is_unknown_and_the_image_is_built()
    {
        using var input = new StringReader(Manifest);
        var run = await Run.Async(
            input,
            "build",
            "-f",
            "-",
            "--local",
            "--engine",
            _engine.Address,
            "--kubeconfig",
            _world.Folder.Path("nowhere")
        );
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(run.Out, Does.Contain("saving    unknown: no usable kubeconfig"));
    }
}
