using System.CommandLine;
using System.Text.Json;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Cluster;
using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>
/// Reads the command line and runs one command. Whatever goes wrong is one line on stderr, and a code.
/// </summary>
internal static class CommandLine
{
    /// <summary>Names the variable by which a mistake of the program itself is shown with its stack.</summary>
    private const string Trace = "GEMMA_TRACE";

    public static RootCommand Root(Shell shell)
    {
        var root = new RootCommand("Looks after Gemma base images in a cluster: kubectl gemma, or by itself.");
        foreach (
            var command in (IEnumerable<Command>)
                [
                    ListCommand.Make(shell),
                    StatusCommand.Make(shell),
                    WhyCommand.Make(shell),
                    BuildsCommand.Make(shell),
                    LogsCommand.Make(shell),
                    EventsCommand.Make(shell),
                    CostCommand.Make(shell),
                    ContentsCommand.Make(shell),
                    SbomCommand.Make(shell),
                    VerifyCommand.Make(shell),
                    .. ActCommands.Make(shell),
                    DiffCommand.Make(shell),
                    RenderCommand.Make(shell),
                    BuildCommand.Make(shell),
                    CheckCommand.Make(shell.Time, shell.Screen.Output, shell.Screen.Errors),
                    UiCommand.Make(shell),
                    BundleCommand.Make(shell),
                    VersionCommand.Make(shell),
                    CompletionCommand.Make(shell),
                    CompleteCommand.Make(shell),
                ]
        )
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    public static async Task<int> RunAsync(string[] args, Shell shell, CancellationToken cancellationToken)
    {
        var root = Root(shell);
        if (args is [var verb, ..] && verb is not ['-', ..] && Unknown(root, verb) is { } unknown)
        {
            shell.Screen.Error(unknown);
            return ExitCode.Usage;
        }

        var parsed = await NameChoice.CompleteAsync(root, args, shell, cancellationToken);
        if (parsed.Errors.Count > 0)
        {
            shell.Screen.Error($"{parsed.Errors[0].Message} (--help lists the options)");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    // What was begun on an engine is taken back meanwhile.
                    ProcessTerminationTimeout = TimeSpan.FromSeconds(15),
                    Output = shell.Screen.Output,
                    Error = shell.Screen.Errors,
                },
                cancellationToken
            );
        }
        catch (CliException e)
        {
            shell.Screen.Error(e.Message);
            return e.Code;
        }
        catch (KubeApiException e)
        {
            var failure = ClusterFailure.Of(e);
            shell.Screen.Error(failure.Message);
            return failure.Code;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (JsonException e)
        {
            shell.Screen.Error(
                $"an object isn't as this version knows it{(e.Path is { } at ? $", at {at}" : "")}; is the operator of "
                    + "another release? kubectl gemma version tells both"
            );
            return ExitCode.Refused;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A closed pipe is no error to the console: this is a full disk, a closed output and the like.
            shell.Screen.Error($"reading or writing failed: {(e.InnerException ?? e).Message}");
            return ExitCode.Failed;
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable(Trace) is null or "")
        {
            shell.Screen.Error(
                $"a mistake of kubectl-gemma itself: {e.GetType().Name}: {e.Message} ({Trace}=1 shows where; please "
                    + "report it)"
            );
            return ExitCode.Failed;
        }
    }

    private static string? Unknown(RootCommand root, string verb)
    {
        var known = root.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToList();
        return root.Subcommands.Any(c => c.Name == verb || c.Aliases.Contains(verb))
            ? null
            : $"there is no command {Nearest.Quote(verb)}{Nearest.Suggest(verb, known)} (--help lists them)";
    }
}
