using KubectlGemma.Commands;
using KubectlGemma.Output;

namespace Cli.Tests.Flow;

/// <summary>A name that is missing can be chosen at a terminal, and nowhere else.</summary>
public sealed class ChoiceTests
{
    private World _world = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await World.StartAsync();
        await _world.Stage.ApplyAsync(_world.Stage.Image());
        await _world.Stage.UntilReadyAsync();
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
    public async Task Each_missing_name_is_asked_for()
    {
        var (code, screen) = await RunAsync(canAsk: true, "pin", "--for", "1h", "--dry-run", "client");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero, screen.Errors.ToString());
            Assert.That(screen.Asked, Is.EqualTo(new[] { "gemma", "gemma-b1" }));
            Assert.That(screen.Output.ToString(), Does.Contain("gemma-b1"));
        });
    }

    [TestCase(false, "pin")]
    [TestCase(true, "pin", "gemma", "gemma-b1", "too-many")]
    [TestCase(true, "status", "gemma", "--bad")]
    public async Task Nobody_is_asked_otherwise(bool canAsk, params string[] args)
    {
        var (code, screen) = await RunAsync(canAsk, args);
        Assert.That(code, Is.EqualTo(ExitCode.Usage));
        Assert.That(screen.Asked, Is.Empty);
        Assert.That(screen.Errors.ToString(), Does.StartWith("kubectl-gemma: "));
    }

    [Test]
    public async Task Without_a_cluster_the_name_is_missing_as_ever()
    {
        using var folder = new Folder();
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var screen = new AskingScreen(output, errors, canAsk: true);
        var code = await CommandLine.RunAsync(
            ["status", "--kubeconfig", folder.Write("config", Kubeconfig.For("https://127.0.0.1:1"))],
            new Shell(screen, TextReader.Null, TimeProvider.System),
            CancellationToken.None
        );
        Assert.That(code, Is.EqualTo(ExitCode.Usage));
        Assert.That(errors.ToString(), Does.Contain("NAME"));
    }

    private async Task<(int Code, AskingScreen Screen)> RunAsync(bool canAsk, params string[] args)
    {
        var screen = new AskingScreen(new StringWriter(), new StringWriter(), canAsk);
        var code = await CommandLine.RunAsync(
            [.. args, "--kubeconfig", _world.Folder.Path("config"), "-n", _world.Stage.Cluster.Namespace],
            new Shell(screen, TextReader.Null, TimeProvider.System),
            CancellationToken.None
        );
        return (code, screen);
    }

    /// <summary>Takes the first of what is offered.</summary>
    private sealed class AskingScreen(TextWriter output, TextWriter errors, bool canAsk) : Screen(output, errors)
    {
        public List<string> Asked { get; } = [];

        public override int Width => UnknownWidth;

        public override bool CanAsk => canAsk;

        public override void Print(IEnumerable<Line> lines)
        {
            foreach (var line in lines)
            {
                Output.WriteLine(line.Text);
            }
        }

        public override Task<string> AskAsync(
            string question,
            IReadOnlyList<string> choices,
            CancellationToken cancellationToken
        )
        {
            Asked.Add(choices[0]);
            return Task.FromResult(choices[0]);
        }
    }
}
