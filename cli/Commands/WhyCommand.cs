using System.CommandLine;
using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>why</c>: asks the operator's own rules, and falls back on what the operator said.</summary>
internal sealed class WhyCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Argument<string> _name = Choices.Name();

    public static Command Make(Shell shell)
    {
        var own = new WhyCommand(shell);
        var command = new Command("why", "Says which rule decides, on what, and what would have to change.")
        {
            own._name,
            own._format,
        };
        own._cluster.AddTo(command);
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var cluster = _cluster.Connect(result, shell);
        var format = result.GetValue(_format)!;
        var name = result.GetValue(_name)!;
        var (tree, raw) = await new ObjectReader(cluster, shell.Time).TreeAsync(name, cancellationToken);
        var reasoning = await ReasonAsync(cluster, name, cancellationToken);
        if (format.IsForPeople)
        {
            shell.Screen.Print(WhyView.Lines(tree, reasoning, shell.Screen.Width));
        }
        else
        {
            format.Write(shell.Screen.Output, WhyView.Data(tree, reasoning), [ListCommand.NameOf(raw)]);
        }

        return ExitCode.Done;
    }

    private async Task<Reasoning?> ReasonAsync(GemmaCluster cluster, string name, CancellationToken cancellationToken)
    {
        try
        {
            var reader = new RulesReader(cluster, shell.Time, shell.Screen.Note);
            if (await reader.GatherAsync(cluster.Api, cluster.Namespace, name, cancellationToken) is not { } seen)
            {
                return null;
            }

            if (reader.Unknown(seen) is not { } unknown)
            {
                await VersionCommand.NoteAsync(cluster, shell.Screen, cancellationToken);
                return Reasoning.Of(seen);
            }

            shell.Screen.Note($"the operator's own rules can't be asked ({unknown}); here is what it said last");
            return null;
        }
        catch (KubeApiException e)
        {
            shell.Screen.Note(
                $"the operator's own rules can't be asked ({ClusterFailure.Of(e).Message}); here is what it said last"
            );
            return null;
        }
    }
}
