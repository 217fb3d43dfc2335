using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using KubectlGemma.Commands;
using KubectlGemma.Output;
using Operator.Tests.Clusters;

namespace Cli.Tests.Local;

/// <summary>A real engine builds what the operator renders, and the operator's check runs in it.</summary>
[Category("RealEngine")]
public sealed class RealEngineTests
{
    private const string Manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: own}
        data:
          Dockerfile: |
            ARG BASE_IMAGE=x
            FROM ${BASE_IMAGE}
            USER 0:0
            ARG CACHE_EPOCH=
            RUN printf '\033[31mred \342\200\256 turned\n'
            RUN head -c 100000 /dev/urandom > /opt/random
            RUN sleep 0
        ---
        apiVersion: gemmaoperator.io/v1alpha1
        kind: GemmaBaseImage
        metadata: {name: gemma}
        spec:
          base: {image: "gemma.test/python:1", pytorch: "2.10.0", cuda: "12.8"}
          systemUpdates: {policy: None}
          output: {repository: registry.example/team/gemma}
          verification: {imports: [torch]}
          rollout: {mode: PublishOnly}

        """;

    private static readonly string Own = Manifest.Replace(
        "  systemUpdates",
        "  dockerfile: {configMapRef: {name: own}}\n  systemUpdates",
        StringComparison.Ordinal
    );

    /// <summary>Shares no step with the one above, which would come from the cache.</summary>
    private static readonly string Apart = Own.Replace("printf", "echo; printf", StringComparison.Ordinal);

    private RealEngine _engine = null!;

    [OneTimeSetUp]
    public async Task Start() => _engine = await RealEngine.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
    }

    [Test]
    public async Task What_the_operator_renders_is_built_proves_itself_and_is_cached()
    {
        var run = await BuildAsync(Manifest, "-o", "json");
        Assert.That(run.Code, Is.Zero, run.Err);
        var data = JsonNode.Parse(run.Out)!;
        var image = await _engine.Client.Images.InspectImageAsync("localhost/gemma:local");
        var again = JsonNode.Parse((await BuildAsync(Manifest, "-o", "json")).Out)!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)data["id"], Is.EqualTo(image.ID));
            Assert.That(image.Config!.User, Is.EqualTo("10001:10001"));
            Assert.That(image.Config.Labels!["gemmaoperator.io/local"], Is.EqualTo("true"));
            Assert.That(image.Config.Labels, Does.Not.ContainKey("gemmaoperator.io/build-number"));
            Assert.That(
                (string?)data["verification"]!["found"],
                Does.Contain("runs as uid 10001").And.Contain("2.10.0")
            );
            Assert.That((string?)data["verification"]!["problem"], Is.Null);
            Assert.That((string?)again["id"], Is.EqualTo(image.ID), "all of it comes from the cache");
            Assert.That(again["steps"]!.AsArray().Count(s => (bool)s!["cached"]!), Is.GreaterThan(0));
        });
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    [Test]
    public async Task An_own_Dockerfile_is_built_and_its_layers_have_their_size()
    {
        var run = await BuildAsync(Own, "--verbose");
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.Zero, run.Err);
            Assert.That(run.Out, Does.Match(@"RUN head -c 100000 /dev/urandom > /opt/random +[0-9.]+s +100\.0 kB"));
            Assert.That(run.Out, Does.Contain("red").And.Not.Contain('\u001b').And.Not.Contain('\u202e'));
        });
    }

    [Test]
    public async Task A_step_that_fails_is_named()
    {
        var run = await BuildAsync(Apart.Replace("sleep 0", "echo last words; exit 3", StringComparison.Ordinal));
        Assert.That(run.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(
            run.Err.TrimEnd(),
            Is.EqualTo(
                "kubectl-gemma: the build failed in RUN echo last words; exit 3 (line 7 of the Dockerfile): it ended "
                    + "with exit code 3: last words"
            )
        );
    }

    [Test]
    public async Task What_is_rejected_in_the_cluster_is_rejected_here()
    {
        var run = await BuildAsync(Manifest.Replace("\"2.10.0\"", "\"2.9.0\"", StringComparison.Ordinal));
        Assert.That(run.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Err, Does.Contain("PyTorch is \"2.10.0\", spec.base.pytorch is 2.9.0"));
    }

    [Test]
    public async Task Stopped_it_leaves_nothing_behind()
    {
        var before = await ImagesAsync();
        using var output = new WatchedWriter("RUN true; sleep 601");
        using var errors = new StringWriter();
        using var input = new StringReader(
            Apart
                .Replace("sleep 0", "true; sleep 601", StringComparison.Ordinal)
                .Replace("echo; printf", "echo 2; printf", StringComparison.Ordinal)
        );
        using var stop = new CancellationTokenSource();
        var run = CommandLine.RunAsync(
            ["build", "-f", "-", "--local", "--offline", "--engine", _engine.Address],
            new Shell(new PlainScreen(output, errors), input, TimeProvider.System),
            stop.Token
        );
        await output.Seen.WaitAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        Assert.That(await run, Is.EqualTo(ExitCode.Interrupted), errors.ToString());
        await Eventually.ThatAsync(
            async () => (await ContainersAsync()).Count == 0,
            "the engine ends the step's container itself"
        );
        Assert.That(await ImagesAsync(), Is.EquivalentTo(before));
    }

    private async Task<Run> BuildAsync(string manifest, params string[] more)
    {
        using var input = new StringReader(manifest);
        return await Run.Async(
            input,
            ["build", "-f", "-", "--local", "--offline", "--engine", _engine.Address, .. more]
        );
    }

    private async Task<List<string>> ImagesAsync() =>
        [.. (await _engine.Client.Images.ListImagesAsync(new ImagesListParameters { All = true })).Select(i => i.ID)];

    private async Task<List<string>> ContainersAsync() =>
        [
            .. (
                await _engine.Client.Containers.ListContainersAsync(new ContainersListParameters { All = true })
            ).Select(c => c.ID),
        ];
}
