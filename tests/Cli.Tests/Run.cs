using KubectlGemma.Commands;
using KubectlGemma.Output;

namespace Cli.Tests;

/// <summary>Holds what a run of the program came to.</summary>
internal sealed record Run(int Code, string Out, string Err)
{
    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs it in this process, as without a terminal.</summary>
    public static async Task<Run> Async(TextReader? input, params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var shell = new Shell(new PlainScreen(output, errors), input ?? TextReader.Null, TimeProvider.System);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var code = await CommandLine.RunAsync(args, shell, patience.Token);
        return new Run(code, output.ToString(), errors.ToString());
    }

    public static Task<Run> Async(params string[] args) => Async(input: null, args);
}
