using System.CommandLine;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Validation;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Planning;
using KubectlGemma.Rendering;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>diff</c>: what applying a manifest would lead to.</summary>
internal sealed class DiffCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly Option<OutputFormat> _format = Choices.Format();

    private readonly Option<string> _file = new("--filename", "-f")
    {
        Description = "Manifest with GemmaBaseImages and the ConfigMaps that they name; - is standard input.",
        Required = true,
    };

    private readonly Option<string> _server = new("--server-image")
    {
        Description = "The operator's --server-image, for objects that name none (default: what their builds tell).",
        DefaultValueFactory = _ => "",
        CustomParser = CommandLineValues.Image,
    };

    public static Command Make(Shell shell)
    {
        var own = new DiffCommand(shell);
        var command = new Command(
            "diff",
            "Says what applying a manifest would do: builds, layers, minutes, pods. Exit code 1: something."
        )
        {
            own._file,
            own._server,
            own._format,
        };
        own._cluster.AddTo(command);
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var manifest = await ManifestReader.ReadAsync(result.GetValue(_file)!, shell.Input, cancellationToken);
        using var cluster = _cluster.Connect(result, shell);
        await VersionCommand.NoteAsync(cluster, shell.Screen, cancellationToken);
        var reader = new Reader(
            cluster,
            new ProposalReader(cluster, shell.Screen.Note),
            new RulesReader(cluster, shell.Time, shell.Screen.Note, result.GetValue(_server)!),
            new RememberedLists(cluster.Api),
            await OthersAsync(cluster, manifest, cancellationToken)
        );
        var all = new List<ObjectDiff>();
        foreach (var (json, line) in manifest.Images)
        {
            all.Add(await reader.ReadAsync(manifest, json, line, cancellationToken));
        }

        var format = result.GetValue(_format)!;
        if (format.IsForPeople)
        {
            shell.Screen.Print(
                all.SelectMany((d, i) => DiffView.Lines(d, shell.Screen.Width).Prepend(Line.Empty).Skip(i == 0 ? 1 : 0))
            );
        }
        else
        {
            format.Write(
                shell.Screen.Output,
                new JsonArray([.. all.Select(DiffData.Of)]),
                all.Where(d => d.HasChanges).Select(d => $"gemmabaseimage.gemmaoperator.io/{d.Name}")
            );
        }

        foreach (var refused in all.Where(d => d.Problem is not null))
        {
            shell.Screen.Error($"{manifest.Path}: {refused.Name}: {refused.Problem}");
        }

        return all.Any(d => d.Problem is not null) ? ExitCode.Usage
            : all.Any(d => d.HasChanges) ? ExitCode.Failed
            : ExitCode.Done;
    }

    /// <summary>Lists who may share something: of all namespaces where that is allowed.</summary>
    private async Task<IReadOnlyList<GemmaBaseImage>> OthersAsync(
        GemmaCluster cluster,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await ListAsync(ns: null);
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            shell.Screen.Note(
                "not allowed to list gemmabaseimages in all namespaces: who shares is told of these alone"
            );
        }

        var all = new List<GemmaBaseImage>();
        foreach (
            var ns in manifest
                .Images.Select(i => ProposalReader.TextOf(i.Json, "namespace") ?? cluster.Namespace)
                .Distinct(StringComparer.Ordinal)
        )
        {
            all.AddRange(await ListAsync(ns));
        }

        return all;

        async Task<IReadOnlyList<GemmaBaseImage>> ListAsync(string? ns) =>
            (
                await cluster.ListAsync<GemmaBaseImage>(ns, labels: null, fields: null, cancellationToken)
            ).Read<GemmaBaseImage>();
    }

    /// <summary>Looks at one object after the other; what is wrong with one keeps the others from nothing.</summary>
    private sealed class Reader(
        GemmaCluster cluster,
        ProposalReader proposals,
        RulesReader rules,
        RememberedLists lists,
        IReadOnlyList<GemmaBaseImage> others
    )
    {
        public async Task<ObjectDiff> ReadAsync(
            Manifest manifest,
            JsonObject json,
            long line,
            CancellationToken cancellationToken
        )
        {
            var name = ProposalReader.TextOf(json, "name");
            var ns = ProposalReader.TextOf(json, "namespace") ?? cluster.Namespace;
            var problems = SchemaCheck.Find(json);
            if (name is null || problems.Count > 0)
            {
                return new ObjectDiff(
                    ns,
                    name ?? $"GemmaBaseImage of line {line}",
                    null,
                    null,
                    name is null
                        ? "metadata.name: it is missing; give it one"
                        : string.Join(". ", problems.Take(ErrorSummary.Told))
                );
            }

            try
            {
                var proposal = await proposals.ReadAsync(manifest, json, cancellationToken);
                var live = proposal.IsNew ? null : await rules.GatherAsync(lists, ns, name, cancellationToken);
                var would = new ProposedCluster(lists, proposal.Image, proposal.ConfigMaps);
                var seen = await rules.GatherAsync(would, ns, name, cancellationToken);
                if (rules.Unknown(seen!) is { } unknown)
                {
                    return new ObjectDiff(
                        ns,
                        name,
                        proposal,
                        null,
                        $"{unknown}; give the operator's own by --server-image, or name one in the field"
                    );
                }

                var forecast = Forecast.Of(live, seen!, others);
                return new ObjectDiff(
                    ns,
                    name,
                    proposal,
                    forecast,
                    forecast.Refusal is { } refusal ? $"{refusal.Reason}: {refusal.Message}" : null
                );
            }
            catch (CliException e) when (e.Code == ExitCode.Usage)
            {
                return new ObjectDiff(ns, name, null, null, e.Message);
            }
        }
    }
}
