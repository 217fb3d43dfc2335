using System.CommandLine;
using System.Text.Json;
using GemmaOperator.Api.Builds;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>builds</c>.</summary>
internal sealed class BuildsCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Option<bool> _everywhere = Choices.Everywhere();
    private readonly Option<string?> _labels = Choices.Labels();

    private readonly Argument<string?> _name = new(Arguments.Name)
    {
        Description = "Name of a GemmaBaseImage; without one, the builds of all.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = given => given.Tokens.Count == 0 ? null : Choices.ObjectName(given),
    };

    public static Command Make(Shell shell)
    {
        var own = new BuildsCommand(shell);
        var command = new Command("builds", "Lists builds, newest first.")
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
        var items = await ReadAsync(cluster, result, everywhere, cancellationToken);
        if (!format.IsForPeople)
        {
            format.Write(
                shell.Screen.Output,
                JsonText.List(items),
                items.Select(i => $"gemmabuild.gemmaoperator.io/{i.TextAt("metadata", "name")}")
            );
        }
        else if (items.Count == 0)
        {
            shell.Screen.Note("there are no builds");
        }
        else
        {
            shell.Screen.Print(
                BuildsView
                    .Table(
                        items.Select(GemmaCluster.Read<GemmaBuild>),
                        shell.Now,
                        everywhere,
                        format.Kind == OutputKind.Wide
                    )
                    .Lines()
            );
        }

        return ExitCode.Done;
    }

    private async Task<IReadOnlyList<JsonElement>> ReadAsync(
        GemmaCluster cluster,
        ParseResult result,
        bool everywhere,
        CancellationToken cancellationToken
    )
    {
        if (result.GetValue(_name) is not { } name)
        {
            var all = await cluster.ListAsync<GemmaBuild>(
                everywhere ? null : cluster.Namespace,
                result.GetValue(_labels),
                fields: null,
                cancellationToken
            );
            return [.. all.Items.OrderByDescending(i => i.TimeAt("metadata", "creationTimestamp"))];
        }

        var reader = new ObjectReader(cluster, shell.Time);
        var builds = await reader.BuildsOfAsync(name, cancellationToken);
        if (builds.Count == 0)
        {
            // Says so where the name is wrong.
            await reader.ImageAsync(name, cancellationToken);
        }

        return builds;
    }
}
