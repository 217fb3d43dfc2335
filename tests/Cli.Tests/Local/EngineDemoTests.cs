using System.Net;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.References;
using LocalCluster.Images;
using LocalCluster.Nodes;
using Operator.Tests.Api;
using Quickstart;
using Quickstart.World;
using Screen = Quickstart.Terminal.Screen;

namespace Cli.Tests.Local;

/// <summary>The quickstart with --engine says what is real, and why nothing is where something is missing.</summary>
[Category("RealEngine")]
public sealed class EngineDemoTests
{
    private RealEngine _real = null!;

    [OneTimeSetUp]
    public async Task Start() => _real = await RealEngine.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await (_real?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test, CancelAfter(240_000)]
    public async Task Without_the_executor_all_is_simulated_and_it_says_so(CancellationToken cancel)
    {
        var (code, output, errors) = await RunAsync(_real.Address, cancel);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((code, errors), Is.EqualTo((0, "")), output);
            Assert.That(
                output.Split('\n').Single(line => line.StartsWith("  engine ", StringComparison.Ordinal)),
                Does.Contain("all containers are simulated, since Engine")
                    .And.Contain($" lacks {BuildSpec.DefaultExecutorImage}, and ")
            );
            Assert.That(output, Does.Contain("no Kaniko, no pip"));
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task Where_no_engine_answers_one_line_says_so(CancellationToken cancel)
    {
        var (code, _, errors) = await RunAsync("unix:///nowhere/docker.sock", cancel);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors.Trim(), Does.StartWith("quickstart: no container engine answers").And.Not.Contain('\n'));
    }

    [TestCase("tcp://192.0.2.1:2376"), TestCase("nonsense"), CancelAfter(60_000)]
    public async Task An_engine_that_is_not_on_this_machine_is_refused(string address, CancellationToken cancel)
    {
        var (code, _, errors) = await RunAsync(address, cancel);
        Assert.That(code, Is.EqualTo(Arguments.UsageError));
        Assert.That(errors.Trim(), Does.StartWith("quickstart: --engine").And.Not.Contain('\n'));
    }

    [Test, CancelAfter(120_000)]
    public async Task A_base_that_the_engine_has_comes_into_the_registry(CancellationToken cancel)
    {
        await using var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), cancel);
        await using var node = await EngineNode.ConnectAsync(_real.Address, cancel);
        var runner = node.Over(new Nobody());
        Assert.That(await runner.PullAsync(Container("Job"), cancel), Is.Null, "nothing is real before it is said");
        var said = await node.PrepareAsync(
            [
                new GemmaBaseImageSpec
                {
                    Base = new BaseSpec { Image = RealEngine.Base },
                    Build = new BuildSpec { ExecutorImage = RealEngine.Base },
                },
            ],
            cancel
        );
        using var http = new HttpClient();
        var target = ImageReference.Parse($"{registry.Host}/any/base:1");
        var digest = await node.PushAsync(DeclaredBase.Parse(RealEngine.Base), target, cancel);
        using var answer = await http.GetAsync(
            new Uri($"http://{registry.Host}/v2/any/base/manifests/{digest}"),
            cancel
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Does.StartWith("the pods of Jobs are containers of"));
            Assert.That((node.Builds, node.IsIsolating), Is.EqualTo((true, false)));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await runner.PullAsync(Container("Job"), cancel), Is.EqualTo(new PulledImage(null, "")));
            Assert.That(await runner.PullAsync(Container("ReplicaSet"), cancel), Is.Null);
            Assert.That(await runner.PullAsync(Container("Job") with { Name = "smoke-test" }, cancel), Is.Null);
        }
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        string engine,
        CancellationToken cancel
    )
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var demo = new Demo(Screen.Plain(TextWriter.Synchronized(output), errors));
        var arguments = new Arguments(Checkout.PathTo("samples", "01-gemma-weekly.yaml"), Until.Ready, Keep: false)
        {
            Engine = engine,
            Step = TimeSpan.FromMilliseconds(20),
        };
        return (await demo.RunAsync(arguments, cancel), output.ToString(), errors.ToString());
    }

    private static ContainerSpec Container(string owner) =>
        new()
        {
            Namespace = "t",
            Pod = "p",
            Name = "kaniko",
            Owner = owner,
            Image = RealEngine.Base,
            Args = [],
            Env = new Dictionary<string, string>(StringComparer.Ordinal),
            Files = new Dictionary<string, byte[]>(StringComparer.Ordinal),
            Labels = new Dictionary<string, string>(StringComparer.Ordinal),
            Serves = false,
            Log = _ => { },
            Ready = () => { },
        };

    private sealed class Nobody : IPodRunner
    {
        public Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken) =>
            Task.FromResult(new ContainerResult(0));
    }
}
