using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using KubectlGemma.Commands;
using KubectlGemma.Output;

namespace Cli.Tests.Local;

/// <summary>A real Podman builds by Docker's API what the operator renders, and runs its check.</summary>
[Category("RealEngine")]
public sealed class RealPodmanTests
{
    private const string Own = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: own}
        data:
          Dockerfile: |
            ARG BASE_IMAGE=x
            FROM ${BASE_IMAGE}
            USER 0:0
            ARG CACHE_EPOCH=
            RUN head -c 100000 /dev/zero > /opt/zero; echo made
            RUN sleep 0
        ---

        """;

    private static readonly string OwnManifest =
        Own
        + Recordings.PodmanManifest.Replace(
            "  systemUpdates",
            "  dockerfile: {configMapRef: {name: own}}\n  systemUpdates",
            StringComparison.Ordinal
        );

    private RealPodman _podman = null!;

    [OneTimeSetUp]
    public async Task Start() => _podman = await RealPodman.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_podman is not null)
        {
            await _podman.DisposeAsync();
        }
    }

    [Test]
    public async Task What_the_operator_renders_is_built_proves_itself_and_is_cached()
    {
        var run = await BuildAsync(Recordings.PodmanManifest, "-o", "json");
        Assert.That(run.Code, Is.Zero, run.Err);
        var data = JsonNode.Parse(run.Out)!;
        var image = await _podman.Client.Images.InspectImageAsync("localhost/gemma:local");
        var again = JsonNode.Parse((await BuildAsync(Recordings.PodmanManifest, "-o", "json")).Out)!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)data["engine"], Does.StartWith("Podman Engine "));
            Assert.That((string?)data["id"], Is.EqualTo(image.ID));
            Assert.That(image.Config!.User, Is.EqualTo("10001:10001"));
            Assert.That(image.Config.Labels!["gemmaoperator.io/local"], Is.EqualTo("true"));
            Assert.That(
                (string?)data["verification"]!["found"],
                Does.Contain("runs as uid 10001").And.Contain("2.10.0")
            );
            Assert.That((string?)data["verification"]!["problem"], Is.Null);
            Assert.That(Names(data), Does.Contain("finish"));
            Assert.That(again["steps"]!.AsArray().Count(s => (bool)s!["cached"]!), Is.GreaterThan(0));
        });
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    [Test]
    public async Task An_own_Dockerfile_has_its_steps_by_their_names()
    {
        var anew = OwnManifest.Replace("echo made", "echo made anew", StringComparison.Ordinal);
        var run = await BuildAsync(anew, "--verbose", "--tag", "localhost/own:1");
        Assert.That(run.Code, Is.Zero, run.Err);
        var lines = run.Lines.Select(l => l.Trim()).ToList();
        Assert.That(
            lines.IndexOf("made anew"),
            Is.GreaterThan(Step("RUN head -c 100000 /dev/zero > /opt/zero; echo made anew"))
                .And.LessThan(Step("RUN sleep 0"))
        );

        int Step(string name) => lines.FindIndex(line => line.EndsWith(name, StringComparison.Ordinal));
    }

    [Test]
    public async Task A_step_that_fails_is_named()
    {
        var run = await BuildAsync(OwnManifest.Replace("sleep 0", "echo last words; exit 3", StringComparison.Ordinal));
        Assert.That(run.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(
            run.Err.TrimEnd(),
            Is.EqualTo(
                "kubectl-gemma: the build failed in RUN echo last words; exit 3 (line 6 of the Dockerfile): it ended "
                    + "with exit code 3: last words"
            )
        );
    }

    [Test]
    public async Task Stopped_it_leaves_no_container_behind()
    {
        using var output = new WatchedWriter("RUN true; sleep 601");
        using var errors = new StringWriter();
        using var input = new StringReader(OwnManifest.Replace("sleep 0", "true; sleep 601", StringComparison.Ordinal));
        using var stop = new CancellationTokenSource();
        var run = CommandLine.RunAsync(
            ["build", "-f", "-", "--local", "--offline", "--engine", _podman.Address],
            new Shell(new PlainScreen(output, errors), input, TimeProvider.System),
            stop.Token
        );
        await output.Seen.WaitAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        Assert.That(await run, Is.EqualTo(ExitCode.Interrupted), errors.ToString());
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    private static IEnumerable<string?> Names(JsonNode data) =>
        data["steps"]!.AsArray().Select(s => (string?)s!["name"]);

    private async Task<Run> BuildAsync(string manifest, params string[] more)
    {
        using var input = new StringReader(manifest);
        return await Run.Async(
            input,
            ["build", "-f", "-", "--local", "--offline", "--engine", _podman.Address, .. more]
        );
    }

    private async Task<List<string>> ContainersAsync() =>
        [
            .. (
                await _podman.Client.Containers.ListContainersAsync(new ContainersListParameters { All = true })
            ).Select(c => c.ID),
        ];
}
