using System.CommandLine;
using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>list</c>.</summary>
internal sealed class ListCommand(Shell shell)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ClusterOptions _cluster = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Option<bool> _everywhere = Choices.Everywhere();
    private readonly Option<string?> _labels = Choices.Labels();
    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Go on, a line for each change." };

    public static Command Make(Shell shell)
    {
        var own = new ListCommand(shell);
        var command = new Command(
            "list",
            "Lists GemmaBaseImages: fresh or not, what serves, what goes on, what it costs."
        )
        {
            own._everywhere,
            own._labels,
            own._watch,
            own._format,
        };
        command.Aliases.Add("ls");
        own._cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(own._watch) && result.GetValue(own._format) is { IsForPeople: false })
            {
                result.AddError("--watch prints lines: leave --output json, yaml, name and jsonpath out");
            }
        });
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var cluster = _cluster.Connect(result, shell);
        var (everywhere, format) = (result.GetValue(_everywhere), result.GetValue(_format)!);
        var ns = everywhere ? null : cluster.Namespace;
        var labels = result.GetValue(_labels);
        var list = format.IsForPeople
            ? await cluster.ListAsync<GemmaBaseImage>(ns, labels, ImageRow.Fields, cancellationToken)
            : await cluster.ListAsync<GemmaBaseImage>(ns, labels, fields: null, cancellationToken);
        if (!format.IsForPeople)
        {
            format.Write(shell.Screen.Output, JsonText.List(list.Items), list.Items.Select(NameOf));
            return ExitCode.Done;
        }

        var isWide = format.Kind == OutputKind.Wide;
        if (list.Items.Count == 0 && !result.GetValue(_watch))
        {
            shell.Screen.Note($"there are no GemmaBaseImages in {(ns is null ? "any namespace" : $"namespace {ns}")}");
            return ExitCode.Done;
        }

        shell.Screen.Print(ListView.Table(Rows(list.Items), shell.Now, everywhere, isWide).Lines());
        if (result.GetValue(_watch))
        {
            await WatchAsync(cluster, ns, labels, list.Version, isWide, cancellationToken);
        }

        return ExitCode.Done;
    }

    public static string NameOf(JsonElement item) =>
        $"gemmabaseimage.gemmaoperator.io/{item.TextAt("metadata", "name")}";

    private static IEnumerable<ImageRow> Rows(IEnumerable<JsonElement> items) =>
        items
            .Select(ImageRow.Read)
            .OrderBy(r => r.Namespace, StringComparer.Ordinal)
            .ThenBy(r => r.Name, StringComparer.Ordinal);

    /// <summary>
    /// Prints a line for each change until it is stopped; a watch that ends is begun again from where it was.
    /// </summary>
    private async Task WatchAsync(
        GemmaCluster cluster,
        string? ns,
        string? labels,
        string version,
        bool isWide,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            await foreach (
                var change in cluster.WatchAsync<GemmaBaseImage>(ns, labels, null, version, cancellationToken)
            )
            {
                if (change.Type == "ERROR")
                {
                    throw new CliException(
                        ExitCode.Refused,
                        $"the API server ended the watch: {change.Object.TextAt("message")}; start it again"
                    );
                }

                version = change.Object.TextAt("metadata", "resourceVersion") ?? version;
                if (change.Type is "ADDED" or "MODIFIED")
                {
                    var table = ListView.Table([ImageRow.Read(change.Object)], shell.Now, ns is null, isWide);
                    shell.Screen.Print(table.Lines(withHeader: false));
                }
                else if (change.Type == "DELETED")
                {
                    shell.Screen.Print(
                        Line.Of(change.Object.TextAt("metadata", "name"), new Piece("  deleted", Tone.Dim))
                    );
                }
            }

            await Task.Delay(Pause, shell.Time, cancellationToken);
        }
    }
}
