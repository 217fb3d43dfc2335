using System.CommandLine;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using k8s.Models;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>events</c>.</summary>
internal sealed class EventsCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Argument<string> _name = Choices.Name();

    public static Command Make(Shell shell)
    {
        var own = new EventsCommand(shell);
        var command = new Command("events", "Lists the events of one and of its builds, oldest first.")
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
        var (format, name) = (result.GetValue(_format)!, result.GetValue(_name)!);
        var reader = new ObjectReader(cluster, shell.Time);
        await reader.ImageAsync(name, cancellationToken);
        var own = await cluster.ListAsync<Corev1Event>(
            cluster.Namespace,
            labels: null,
            $"involvedObject.kind={GemmaBaseImage.KubeKind},involvedObject.name={name}",
            cancellationToken
        );
        var ofBuilds = await cluster.ListAsync<Corev1Event>(
            cluster.Namespace,
            labels: null,
            $"involvedObject.kind={GemmaBuild.KubeKind}",
            cancellationToken
        );
        var builds = (await reader.BuildsOfAsync(name, cancellationToken))
            .Select(b => b.TextAt("metadata", "name"))
            .ToHashSet(StringComparer.Ordinal);
        var raw = own
            .Items.Concat(ofBuilds.Items.Where(e => builds.Contains(e.TextAt("involvedObject", "name"))))
            .ToList();
        if (!format.IsForPeople)
        {
            format.Write(
                shell.Screen.Output,
                JsonText.List(raw),
                raw.Select(e => $"event/{e.TextAt("metadata", "name")}")
            );
        }
        else if (raw.Count == 0)
        {
            shell.Screen.Note($"there are no events of {name}; the API server keeps them for an hour");
        }
        else
        {
            var events = raw.Select(Cluster.GemmaCluster.Read<Corev1Event>).OrderBy(EventsView.TimeOf).ToList();
            shell.Screen.Print(EventsView.Lines(events, shell.Now));
        }

        return ExitCode.Done;
    }
}
