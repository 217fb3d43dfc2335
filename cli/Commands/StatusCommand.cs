using System.CommandLine;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>status</c>.</summary>
internal sealed class StatusCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Argument<string> _name = Choices.Name();

    public static Command Make(Shell shell)
    {
        var own = new StatusCommand(shell);
        var command = new Command("status", "Shows one: conditions, builds with their steps and pods, the next build.")
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
        var reader = new ObjectReader(cluster, shell.Time);
        var name = result.GetValue(_name)!;
        if (!format.IsForPeople)
        {
            var image = await reader.ImageAsync(name, cancellationToken);
            format.Write(shell.Screen.Output, JsonText.Shown(image), [ListCommand.NameOf(image)]);
            return ExitCode.Done;
        }

        var (tree, _) = await reader.TreeAsync(name, cancellationToken);
        shell.Screen.Print(StatusView.Lines(tree, shell.Screen.Width));
        return ExitCode.Done;
    }
}
