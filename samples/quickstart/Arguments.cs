using System.CommandLine;

namespace Quickstart;

/// <summary>Holds the command line of the demo.</summary>
internal sealed record Arguments(string Manifest, bool Keep)
{
    private const int UsageError = 2;

    public static async Task<int> RunAsync(string[] args, Func<Arguments, CancellationToken, Task<int>> run)
    {
        var manifest = new Option<FileInfo?>("--manifest")
        {
            Description = "Manifest to run instead of samples/01-gemma-weekly.yaml.",
        };
        var keep = new Option<bool>("--keep")
        {
            Description = "Leave the cluster running and say how to point kubectl at it.",
        };
        var root = new RootCommand(
            "Starts a cluster, a registry and the operator in this process, and builds and serves one manifest."
        )
        {
            manifest,
            keep,
        };
        root.SetAction(
            async (result, cancellationToken) =>
            {
                var file =
                    result.GetValue(manifest)
                    ?? new FileInfo(Path.Combine(AppContext.BaseDirectory, "samples", "01-gemma-weekly.yaml"));
                if (!file.Exists)
                {
                    await Console.Error.WriteLineAsync($"quickstart: --manifest: there is no file {file.FullName}");
                    return UsageError;
                }

                return await run(new Arguments(file.FullName, result.GetValue(keep)), cancellationToken);
            }
        );
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"quickstart: {parsed.Errors[0].Message} (--help lists the options)");
            return UsageError;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) },
            CancellationToken.None
        );
    }
}
