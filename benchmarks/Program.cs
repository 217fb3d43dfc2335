using Benchmarks;
using Benchmarks.Assemble;
using Benchmarks.Cli;
using Benchmarks.Fetch;
using Benchmarks.Fleet;
using Benchmarks.Harness;
using Benchmarks.Inference;
using Benchmarks.Patches;
using Benchmarks.Schedules;

return args switch
{
    _ when args.Contains("--help") => Usage(),
    ["converge", .. var rest] => await ConvergeCommand.RunAsync(rest),
    ["fleet-world", var ns] => await FleetWorld.ServeAsync(ns),
    ["fleet-life", var ns, var kubeconfig] => await FleetLife.ServeAsync(ns, kubeconfig),
    ["cluster"] => await ClusterProcess.ServeAsync(),
    ["assemble"] => await AssembleCommand.RunAsync(),
    ["cli", var program, .. var rest] => await CliCommand.RunAsync(program, rest),
    ["page", var program, .. var rest] => await PageCommand.RunAsync(program, rest),
    ["schedules", .. var rest] => await SchedulesCommand.RunAsync(rest),
    ["patches", .. var rest] => PatchesCommand.Run(rest),
    ["fetch", .. var rest] => await FetchBenchmark.RunAsync(rest),
    ["plain-copy", var address, var path] => await PlainCopy.RunAsync(address, path),
    ["inference", .. var rest] => await InferenceBenchmark.RunAsync(rest, CancellationToken.None),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        usage: benchmarks converge [--objects N] [--changes N] [--per-second N] [--product | --kubeconfig FILE]
                 N new objects, a restart, changes at a fixed rate, idling; --product takes the operator as it ships
               benchmarks assemble
                 putting an application image together in a registry (needs docker-registry)
               benchmarks cli PROGRAM [--objects N]
                 kubectl-gemma list, as published to PROGRAM, of N objects: start to end, and its own CPU time
               benchmarks page PROGRAM [--objects N]
                 kubectl-gemma ui, as published to PROGRAM, of N objects: first byte, bytes, and a browser's first paint
               benchmarks schedules [--objects N]
                 one decision, and a day on which none of N objects is due
               benchmarks patches [--max-layers N] [--full-days N]
                 a year of weekly refreshes, as packages moved: MB that a node pulls, built whole and with patches
               benchmarks fetch [--gib N] [--rounds N]
                 weights from a stand-in of the hub beside a plain copy: MB/s, memory, processor time; as built, or
                 with GEMMA_SERVER by a published gemma-inference; TMPDIR says onto which disk
               benchmarks inference [FOLDER | --only server|loss|gpu]
                 the inference server, as built or as published to FOLDER; what 8 and 4 bits lose; a GPU's figures where
                 there is one, else a rehearsal of them
        Each prints one line of JSON; docs/performance.md says how its figures were taken.
        """
    );
    return 2;
}
