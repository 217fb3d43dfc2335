using System.CommandLine;
using Quickstart.Terminal;

namespace Quickstart;

/// <summary>Holds the command line: the file to apply, how far to go, and whether to wait for Ctrl-C then.</summary>
internal sealed record Arguments(string Manifest, Until Until, bool Keep)
{
    public const int UsageError = 2;

    private const string ReadyWord = "ready";
    private const string StoryWord = "story";
    private const string FirstSample = "01-gemma-weekly.yaml";

    /// <summary>Gets the time that a simulated step takes, so that a person can follow.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets the engine on which Jobs' pods run: an address, or <c>docker</c> for the usual one; null: none, they are
    /// simulated.
    /// </summary>
    public string? Engine { get; init; }

    public static string Sample { get; } = Path.Combine(AppContext.BaseDirectory, "samples", FirstSample);

    /// <summary>Reads the command line and runs the demo; a mistake is one line and exit code 2.</summary>
    public static async Task<int> RunAsync(
        string[] args,
        Screen screen,
        Func<Arguments, CancellationToken, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        var manifest = new Option<string?>("--manifest")
        {
            Description = $"Manifest to apply instead of samples/{FirstSample}.",
        };
        var until = new Option<string?>("--until")
        {
            Description = "How far to go: ready, or story, which goes on. Default: story; ready with --manifest.",
        };
        until.AcceptOnlyFromAmong(ReadyWord, StoryWord);
        var keep = new Option<bool>("--keep")
        {
            Description = "Leave the cluster running and say how to point kubectl at it.",
        };
        var engine = new Option<string?>("--engine")
        {
            Description =
                "Run the pods of Jobs as containers: docker for the engine that the docker command asks, or "
                + "unix:///path/of/its.sock. Default of --until with it: ready.",
            HelpName = "docker|ADDRESS",
        };
        var root = new RootCommand(
            "Starts a cluster, a registry and the operator in this process, and builds and serves a manifest."
        )
        {
            manifest,
            until,
            keep,
            engine,
        };
        root.SetAction(
            (result, token) =>
                run(
                    new Arguments(
                        result.GetValue(manifest) ?? Sample,
                        Read(
                            result.GetValue(until)
                                ?? (
                                    result.GetValue(manifest) is null && result.GetValue(engine) is null
                                        ? StoryWord
                                        : ReadyWord
                                )
                        ),
                        result.GetValue(keep)
                    )
                    {
                        Engine = result.GetValue(engine),
                    },
                    token
                )
        );
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            screen.Error($"{parsed.Errors[0].Message} (--help lists the options)");
            return UsageError;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false },
            cancellationToken
        );
    }

    private static Until Read(string word) => word == StoryWord ? Until.Story : Until.Ready;
}
