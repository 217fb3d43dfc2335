using System.CommandLine;
using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>
/// Runs <c>__complete</c>: what may stand in the place of the last word, one a line, as kubectl asks its plugins.
/// </summary>
internal sealed class CompleteCommand(Shell shell)
{
    /// <summary>Tells kubectl that no names of files are meant (cobra's ShellCompDirectiveNoFileComp).</summary>
    private const string NoFiles = ":4";

    /// <summary>Is how long a completion keeps somebody waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Argument<string[]> _words = new("WORDS") { Arity = ArgumentArity.ZeroOrMore };

    public static Command Make(Shell shell)
    {
        var own = new CompleteCommand(shell);
        var command = new Command("__complete") { own._words };
        command.Hidden = true;
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        // As they were given: options among them are those of the line that is completed.
        string[] words = [.. result.Tokens.Select(t => t.Value).SkipWhile(t => t != "__complete").Skip(1)];
        var begun = words.LastOrDefault() is { } last && last is not "\"\"" ? last : "";
        var before = words.Length > 0 ? words[..^1] : [];
        foreach (var word in await FindAsync(before, begun, cancellationToken))
        {
            shell.Screen.Output.WriteLine(word);
        }

        shell.Screen.Output.WriteLine(NoFiles);
        return ExitCode.Done;
    }

    private async Task<IEnumerable<string>> FindAsync(
        string[] before,
        string begun,
        CancellationToken cancellationToken
    )
    {
        var parsed = CommandLine.Root(shell).Parse(before);
        var command = parsed.CommandResult.Command;
        if (begun.StartsWith('-'))
        {
            return command
                .Options.Where(o => !o.Hidden)
                .SelectMany(o => o.Aliases.Append(o.Name).Select(a => (Word: a, o.Description)))
                .Where(o => o.Word.StartsWith(begun, StringComparison.Ordinal))
                .OrderBy(o => o.Word, StringComparer.Ordinal)
                .Select(o => Shown(o.Word, o.Description));
        }

        if (command.Subcommands.Count > 0)
        {
            return command
                .Subcommands.Where(c => !c.Hidden && c.Name.StartsWith(begun, StringComparison.Ordinal))
                .Select(c => Shown(c.Name, c.Description));
        }

        var wanted = before.LastOrDefault() is "--to" or ContentsCommand.Against
            ? Arguments.Build
            : command.Arguments.ElementAtOrDefault(parsed.CommandResult.Tokens.Count)?.Name;
        var names = wanted is null
            ? []
            : await NameChoice.FindAsync(parsed, wanted, Patience, shell, cancellationToken);
        return names.Where(n => n.StartsWith(begun, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    private static string Shown(string word, string? description) =>
        description is { Length: > 0 } ? $"{word}\t{new Piece(description).Text}" : word;
}
