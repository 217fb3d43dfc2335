using Benchmarks;

return args switch
{
    ["converge", .. var rest] => await ConvergeCommand.RunAsync(rest),
    ["cluster"] => await ClusterProcess.ServeAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: benchmarks converge [--objects N] [--changes N] [--per-second N] [--kubeconfig FILE]");
    return 2;
}
