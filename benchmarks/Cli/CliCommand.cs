using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Benchmarks.Harness;
using GemmaOperator.Runtime.Client;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Cli;

/// <summary>
/// Measures <c>kubectl-gemma list</c> from its start to its end, beside what the API server alone takes.
/// </summary>
internal static class CliCommand
{
    private const int Rounds = 15;
    private const string Namespace = "fleet";

    public static async Task<int> RunAsync(string program, string[] arguments)
    {
        var objects = arguments is ["--objects", var n] ? int.Parse(n, CultureInfo.InvariantCulture) : 1000;
        await using var cluster = await ClusterProcess.StartAsync();
        using var client = new KubeClient(
            () => KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig),
            new KubeTransportOptions { FieldManager = "benchmark" },
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        await Measuring.PrepareAsync(client.Api, Namespace);
        await RecordedFleet.MakeAsync(client.Api, Namespace, objects);
        var server = new List<double>();
        var (walls, processors, lines) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round < Rounds; round++)
        {
            server.Add(await RecordedFleet.AnswerAsync(client.Api, Namespace));
            var (wall, processor, printed) = await ListAsync(program, cluster.Kubeconfig);
            walls.Add(wall);
            processors.Add(processor);
            lines = printed;
        }

        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    objects,
                    lines,
                    wallMs = Median(walls),
                    worstWallMs = Measuring.Round(walls.Max()),
                    processorMs = Median(processors),
                    serverMs = Median(server),
                }
            )
        );
        return lines == objects + 1 ? 0 : 1;
    }

    /// <summary>Runs it under the shell's <c>time</c>: of a process that has ended, .NET knows no CPU time.</summary>
    private static async Task<(double Wall, double Processor, int Lines)> ListAsync(string program, string kubeconfig)
    {
        const string Timed = "TIMEFORMAT='%3R %3U %3S'; time \"$@\"";
        using var process = Process.Start(
            new ProcessStartInfo(
                "bash",
                ["-c", Timed, "time", program, "list", "-n", Namespace, "--kubeconfig", kubeconfig]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        double[] times =
        [
            .. (await errors)
                .TrimEnd()
                .Split('\n')[^1]
                .Split(' ')
                .Select(t => 1000 * double.Parse(t, CultureInfo.InvariantCulture)),
        ];
        return (times[0], times[1] + times[2], output.Count(c => c == '\n'));
    }

    public static double Median(List<double> values) => Measuring.Round(values.Order().ElementAt(values.Count / 2));
}
