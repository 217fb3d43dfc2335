using LocalCluster;

namespace Benchmarks.Harness;

/// <summary>
/// Runs LocalCluster in a process of its own, so that its memory and CPU time don't count as the operator's.
/// </summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private readonly LineProcess _process;

    private ClusterProcess(LineProcess process) => _process = process;

    /// <summary>Gets the path of a kubeconfig.</summary>
    public string Kubeconfig => _process.Greeting;

    public static async Task<ClusterProcess> StartAsync() => new(await LineProcess.StartAsync(["cluster"]));

    /// <summary>Serves until its input ends; its one line of output is the path of a kubeconfig.</summary>
    public static async Task<int> ServeAsync()
    {
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, cluster.Kubeconfig, CancellationToken.None);
        Console.WriteLine(file);
        await Console.In.ReadToEndAsync(CancellationToken.None);
        File.Delete(file);
        return 0;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
