using System.Diagnostics;
using LocalCluster;

namespace Benchmarks;

/// <summary>LocalCluster in a process of its own, so that its memory and CPU time don't count as the operator's.</summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ClusterProcess(Process process, string kubeconfig) => (_process, Kubeconfig) = (process, kubeconfig);

    /// <summary>Path of a kubeconfig.</summary>
    public string Kubeconfig { get; }

    /// <summary>Starts this program again, as a cluster; it ends with this process.</summary>
    public static async Task<ClusterProcess> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "cluster" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start)!;
        var path = await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The cluster's process ended before it was ready.");
        return new ClusterProcess(process, path);
    }

    /// <summary>Serves until its input ends; its one line of output is the path of a kubeconfig.</summary>
    public static async Task<int> ServeAsync()
    {
        await using var cluster = await Cluster.StartAsync(new ClusterOptions(), CancellationToken.None);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, cluster.Kubeconfig, CancellationToken.None);
        Console.WriteLine(file);
        await Console.In.ReadToEndAsync(CancellationToken.None);
        File.Delete(file);
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
