using System.CommandLine;
using GemmaOperator.Text;
using KubectlGemma.Bundle;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>support-bundle</c>.</summary>
internal sealed class BundleCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();

    private readonly Argument<string?> _name = new(Arguments.Name)
    {
        Description = "A GemmaBaseImage; without one, all of the namespace.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = given => given.Tokens.Count == 0 ? null : Choices.ObjectName(given),
    };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "Where it goes (default: gemma-support-NAMESPACE-TIME.tar.gz); never over another file.",
    };

    public static Command Make(Shell shell)
    {
        var own = new BundleCommand(shell);
        var command = new Command(
            "support-bundle",
            "Writes objects, events and the ends of logs to one file, without Secrets and values of variables."
        )
        {
            own._name,
            own._file,
        };
        own._cluster.AddTo(command);
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var cluster = _cluster.Connect(result, shell);
        var name = result.GetValue(_name);
        if (name is not null)
        {
            await new ObjectReader(cluster, shell.Time).ImageAsync(name, cancellationToken);
        }

        var root = $"gemma-support-{cluster.Namespace}-{shell.Now:yyyyMMdd'T'HHmmss'Z'}";
        var file = result.GetValue(_file) ?? $"{root}.tar.gz";
        var archive = new BundleArchive(shell.Time.GetUtcNow());
        var collector = new BundleCollector(cluster, archive);
        await collector.CollectAsync(name, cancellationToken);
        archive.Add(
            "contents.txt",
            $"kubectl-gemma {VersionCommand.OwnText}, {Ages.Utc(shell.Now)}\n\n"
                + string.Join('\n', archive.Files.Select(f => $"{f.Bytes, 9}  {f.Path}"))
                + $"\n\nLeft out on purpose: Secrets, ConfigMaps, values of variables, managedFields.\n"
                + string.Concat(collector.Left.Select(l => $"Not in it: {l}\n"))
        );
        await WriteAsync(archive, file, root, cancellationToken);
        shell.Screen.Print(archive.Files.Select(f => Line.Of(new Piece($"{f.Bytes, 9}  ", Tone.Dim), f.Path)));
        shell.Screen.Print(
            Line.Of(
                new Piece(file, Tone.Strong),
                $": {archive.Files.Count()} files; look through it before you send it"
            )
        );
        foreach (var left in collector.Left)
        {
            shell.Screen.Note($"not in it: {left}");
        }

        return ExitCode.Done;
    }

    private static async Task WriteAsync(
        BundleArchive archive,
        string file,
        string root,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await archive.WriteAsync(file, root, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--file {file}: {e.Message}", e);
        }
    }
}
