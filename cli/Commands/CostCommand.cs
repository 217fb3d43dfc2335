using System.CommandLine;
using GemmaOperator.Api.BaseImages;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>cost</c>.</summary>
internal sealed class CostCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Option<bool> _everywhere = Choices.Everywhere();
    private readonly Option<string?> _labels = Choices.Labels();

    private readonly Argument<string?> _name = new(Arguments.Name)
    {
        Description = "Name of a GemmaBaseImage; without one, all.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = given => given.Tokens.Count == 0 ? null : Choices.ObjectName(given),
    };

    public static Command Make(Shell shell)
    {
        var own = new CostCommand(shell);
        var command = new Command("cost", "Says what builds cost, and what the split saves.")
        {
            own._name,
            own._everywhere,
            own._labels,
            own._format,
        };
        own._cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            if (
                result.GetValue(own._name) is not null
                && (result.GetValue(own._everywhere) || result.GetValue(own._labels) is not null)
            )
            {
                result.AddError("NAME goes without --all-namespaces and --selector");
            }
        });
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var cluster = _cluster.Connect(result, shell);
        var (format, everywhere) = (result.GetValue(_format)!, result.GetValue(_everywhere));
        var items = result.GetValue(_name) is { } name
            ? [await new ObjectReader(cluster, shell.Time).ImageAsync(name, cancellationToken)]
            : (
                await cluster.ListAsync<GemmaBaseImage>(
                    everywhere ? null : cluster.Namespace,
                    result.GetValue(_labels),
                    ImageRow.Fields,
                    cancellationToken
                )
            ).Items;
        List<ImageRow> rows = [.. items.Select(ImageRow.Read)];
        if (format.IsForPeople)
        {
            shell.Screen.Print(CostView.Lines(rows, everywhere));
        }
        else
        {
            format.Write(shell.Screen.Output, CostView.Data(rows), items.Select(ListCommand.NameOf));
        }

        return ExitCode.Done;
    }
}
