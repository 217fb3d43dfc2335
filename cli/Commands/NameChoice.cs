using System.CommandLine;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>
/// Finds the names that an argument may have; lets whoever sits at a terminal choose one that is missing.
/// </summary>
internal static class NameChoice
{
    /// <summary>Is how long somebody who is to choose waits for the names.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds the names that a command line lacks, as they are chosen; elsewhere than at a terminal none.
    /// </summary>
    /// <param name="root">All commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="shell">The process.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ParseResult> CompleteAsync(
        RootCommand root,
        string[] args,
        Shell shell,
        CancellationToken cancellationToken
    )
    {
        var parsed = root.Parse(args);
        while (
            shell.Screen.CanAsk
            && parsed.Errors.Count > 0
            && Missing(parsed) is { } argument
            && await FindAsync(parsed, argument.Name, Patience, shell, cancellationToken) is { Count: > 0 } names
        )
        {
            var chosen = await shell.Screen.AskAsync(
                $"{parsed.CommandResult.Command.Name}: {argument.Description}",
                [.. names.Order(StringComparer.Ordinal)],
                cancellationToken
            );
            args = [.. args, chosen];
            parsed = root.Parse(args);
        }

        return parsed;
    }

    /// <summary>Returns the first argument that has to be a name and isn't given; null when there is none.</summary>
    private static Argument? Missing(ParseResult parsed) =>
        parsed.CommandResult.Command.Arguments.ElementAtOrDefault(parsed.CommandResult.Tokens.Count)
            is { Arity.MinimumNumberOfValues: > 0 } argument
        && argument.Name is Arguments.Name or Arguments.Build or Arguments.BuildOrName or Arguments.ImageOrName
            ? argument
            : null;

    /// <summary>
    /// Returns the names that an argument may have; none where they can't be read, or not soon enough.
    /// </summary>
    /// <param name="parsed">The command line, which says where to look.</param>
    /// <param name="wanted">One of <see cref="Arguments"/>.</param>
    /// <param name="limit">How long they are waited for.</param>
    /// <param name="shell">The process.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(
        ParseResult parsed,
        string wanted,
        TimeSpan limit,
        Shell shell,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(limit, shell.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var cluster = GemmaCluster.Connect(
                new ClusterTarget
                {
                    Kubeconfig = Value("--kubeconfig"),
                    Context = Value("--context"),
                    Namespace = Value("--namespace"),
                    As = Value("--as"),
                },
                shell.Time
            );
            var reader = new ObjectReader(cluster, shell.Time);
            var images = wanted is Arguments.Name or Arguments.BuildOrName or Arguments.ImageOrName;
            var builds = wanted is Arguments.Build or Arguments.BuildOrName or Arguments.ImageOrName;
            return
            [
                .. images ? await reader.NamesAsync<GemmaBaseImage>(both.Token) : [],
                .. builds ? await reader.NamesAsync<GemmaBuild>(both.Token) : [],
            ];
        }
        catch (Exception e) when (e is CliException or KubeApiException)
        {
            return [];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }

        string? Value(string name) => parsed.GetValue<string?>(name);
    }
}
