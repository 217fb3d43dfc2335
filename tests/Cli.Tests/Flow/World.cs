using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Contracts;
using Operator.Tests.Flow;

namespace Cli.Tests.Flow;

/// <summary>Runs the program against a stage with an operator.</summary>
internal sealed class World(Stage stage, Folder folder, string kubeconfig) : IAsyncDisposable
{
    public Stage Stage => stage;

    public Folder Folder => folder;

    public static async Task<World> StartAsync(IReadOnlyList<int>? gpus = null)
    {
        var stage = await Stage.StartAsync(gpus: gpus);
        if (stage.Cluster.Local is not { } local)
        {
            await stage.DisposeAsync();
            Assert.Ignore("the program is given the kubeconfig of the cluster in this process");
            throw new InvalidOperationException();
        }

        var folder = new Folder();
        return new World(stage, folder, folder.Write("config", local.Kubeconfig));
    }

    public Task<Run> RunAsync(params string[] args) =>
        Run.Async([.. args, "--kubeconfig", kubeconfig, "-n", stage.Cluster.Namespace]);

    public Task<Run> RunAsync(TextReader input, params string[] args) =>
        Run.Async(input, [.. args, "--kubeconfig", kubeconfig, "-n", stage.Cluster.Namespace]);

    public Task<Run> EverywhereAsync(params string[] args) => Run.Async([.. args, "--kubeconfig", kubeconfig]);

    public async Task<IReadOnlyList<GemmaBuild>> BuildsAsync() =>
        [
            .. (
                await stage.Api.ListAsync<GemmaBuild>(
                    new ListQuery { Namespace = stage.Cluster.Namespace },
                    CancellationToken.None
                )
            ).Items,
        ];

    public async ValueTask DisposeAsync()
    {
        await stage.DisposeAsync();
        folder.Dispose();
    }
}
