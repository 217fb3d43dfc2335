using Benchmarks;
using Benchmarks.Assemble;
using Benchmarks.Fleet;
using Benchmarks.Harness;
using Benchmarks.Inference;
using Benchmarks.Schedules;

return args switch
{
    ["converge", .. var rest] => await ConvergeCommand.RunAsync(rest),
    ["fleet-world", var ns] => await FleetWorld.ServeAsync(ns),
    ["fleet-life", var ns, var kubeconfig] => await FleetLife.ServeAsync(ns, kubeconfig),
    ["cluster"] => await ClusterProcess.ServeAsync(),
    ["assemble"] => await AssembleCommand.RunAsync(),
    ["schedules", .. var rest] => await SchedulesCommand.RunAsync(rest),
    ["inference", .. var rest] => await InferenceBenchmark.RunAsync(rest, CancellationToken.None),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        usage: benchmarks converge [--product | --kubeconfig FILE] [--objects N] [--changes N] [--per-second N]
               benchmarks assemble
               benchmarks schedules [--objects N]
               benchmarks inference [publish directory]
        """
    );
    return 2;
}
