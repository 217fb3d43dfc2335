using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>version</c>: this program's, and those of the operators that may be seen.</summary>
internal sealed class VersionCommand(Shell shell)
{
    private const string Operators = "app.kubernetes.io/name=gemma-operator";

    private readonly ClusterOptions _cluster = new();
    private readonly Option<OutputFormat> _format = Choices.Format("json, yaml or jsonpath=TEMPLATE.");
    private readonly Option<bool> _client = new("--client") { Description = "Ask no cluster." };

    public static Version Own { get; } = typeof(VersionCommand).Assembly.GetName().Version ?? new Version(0, 0);

    /// <summary>Gets the version with its suffix, without the commit.</summary>
    public static string OwnText { get; } =
        typeof(VersionCommand)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? Own.ToString();

    public static Command Make(Shell shell)
    {
        var own = new VersionCommand(shell);
        var command = new Command("version", "Says the versions of this program and of the operator.")
        {
            own._client,
            own._format,
        };
        own._cluster.AddTo(command);
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        List<(string Where, string Version)>? found = null;
        if (!result.GetValue(_client))
        {
            using var cluster = _cluster.Connect(result, shell);
            found = await FindAsync(cluster, cancellationToken);
        }

        var format = result.GetValue(_format)!;
        if (format.IsForPeople)
        {
            shell.Screen.Print(Lines(found));
            return ExitCode.Done;
        }

        format.Write(
            shell.Screen.Output,
            new JsonObject
            {
                ["client"] = OwnText,
                ["operators"] = found is null
                    ? null
                    : new JsonArray([
                        .. found.Select(f => new JsonObject { ["deployment"] = f.Where, ["version"] = f.Version }),
                    ]),
            },
            [$"kubectl-gemma/{OwnText}"]
        );
        return ExitCode.Done;
    }

    private static IEnumerable<Line> Lines(List<(string Where, string Version)>? found)
    {
        yield return Line.Of(new Piece("kubectl-gemma  ", Tone.Dim), OwnText);
        foreach (var (where, version) in found ?? [])
        {
            yield return Line.Of(new Piece("operator       ", Tone.Dim), $"{version} ({where})", Compared(version));
        }

        if (found is { Count: 0 })
        {
            yield return Line.Of(
                new Piece("operator       ", Tone.Dim),
                new Piece($"none found: no Deployment has the label {Operators}", Tone.Warning)
            );
        }
    }

    /// <summary>Says which of both is older; what isn't a version isn't compared.</summary>
    public static Piece Compared(string version) =>
        CompareToOwn(version) switch
        {
            null => new Piece("; this can't be compared with the program's", Tone.Warning),
            > 0 => new Piece(
                "; newer than this program: fields that it doesn't know are shown by -o yaml",
                Tone.Warning
            ),
            < 0 => new Piece("; older than this program: 'why' tells what this release's rules say", Tone.Warning),
            _ => "",
        };

    /// <summary>
    /// Notes that an operator's rules may be others than this program's; says nothing where its version isn't known.
    /// </summary>
    public static async Task NoteAsync(GemmaCluster cluster, Screen screen, CancellationToken cancellationToken)
    {
        foreach (var (where, version) in await FindAsync(cluster, cancellationToken))
        {
            if (CompareToOwn(version) is { } order and not 0)
            {
                var word = order > 0 ? "newer" : "older";
                screen.Note(
                    $"the operator {where} is {version}, {word} than this program, {OwnText}: what it does may differ "
                        + "from what is told here"
                );
            }
        }
    }

    private static int? CompareToOwn(string version)
    {
        if (!Version.TryParse(version.TrimStart('v').Split('-', '+')[0], out var theirs))
        {
            return null;
        }

        var ours = new Version(Own.Major, Own.Minor, Math.Max(0, Own.Build));
        return new Version(theirs.Major, theirs.Minor, Math.Max(0, theirs.Build)).CompareTo(ours);
    }

    private static async Task<List<(string Where, string Version)>> FindAsync(
        GemmaCluster cluster,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var all = await cluster.ListAsync<V1Deployment>(ns: null, Operators, fields: null, cancellationToken);
            return
            [
                .. all.Items.Select(d =>
                    (
                        $"{d.TextAt("metadata", "namespace")}/{d.TextAt("metadata", "name")}",
                        d.TextAt("metadata", "labels", "app.kubernetes.io/version")
                            ?? d.ItemsAt("spec", "template", "spec", "containers").FirstOrDefault().TextAt("image")
                            ?? "unknown"
                    )
                ),
            ];
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            return [("not allowed to list deployments in all namespaces", "unknown")];
        }
    }
}
