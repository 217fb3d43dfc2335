using LocalCluster.Nodes;
using StandIns;

namespace Inference.Tests.Api;

/// <summary>The real server as the container of a pod, as the quickstart runs it.</summary>
internal sealed class ServerProcessTests
{
    [Test]
    public async Task It_becomes_ready_answers_a_prompt_and_ends_with_its_pod()
    {
        using var http = new HttpClient();
        await using var runner = new ServerProcess(
            new SimulatedRunner(http, TimeProvider.System, TimeSpan.Zero),
            Path.Combine(AppContext.BaseDirectory, "gemma-inference.dll"),
            TorchForTests.LibDirectory,
            http
        );
        var ready = new TaskCompletionSource();
        using var pod = new CancellationTokenSource();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var run = runner.RunAsync(Container("server", ready.SetResult), pod.Token);
        Assert.That(await runner.AskAsync("Hello", bound.Token), Is.Null, "not ready yet");
        Assert.That(await Task.WhenAny(run, ready.Task.WaitAsync(bound.Token)), Is.Not.SameAs(run));
        Assert.That(await runner.AskAsync("Hello", bound.Token), Is.Not.Empty);

        await pod.CancelAsync();
        Assert.That(async () => await run, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await runner.AskAsync("Hello", bound.Token), Is.Null, "it is gone");
    }

    [Test]
    public async Task Other_containers_are_left_to_others()
    {
        using var http = new HttpClient();
        await using var runner = new ServerProcess(
            new SimulatedRunner(http, TimeProvider.System, TimeSpan.Zero) { Ending = _ => new ContainerResult(7) },
            "/none/such.dll",
            "/none/such",
            http
        );
        Assert.That(
            (
                await runner.RunAsync(Container("verify", () => { }) with { Serves = false }, CancellationToken.None)
            ).ExitCode,
            Is.EqualTo(7)
        );
    }

    private static ContainerSpec Container(string name, Action ready) =>
        new()
        {
            Namespace = "default",
            Pod = "gemma-x",
            Name = name,
            Image = "registry.example/gemma@sha256:0000",
            Args = [],
            Env = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["MODEL_NAME"] = "google/gemma-tiny",
                ["MODEL_PATH"] = "/models",
                ["PORT"] = "8080",
            },
            Files = new Dictionary<string, byte[]>(StringComparer.Ordinal),
            Labels = new Dictionary<string, string>(StringComparer.Ordinal),
            Serves = true,
            Log = line => TestContext.Out.WriteLine(line),
            Ready = ready,
        };
}
