using System.CommandLine;
using GemmaOperator.Api.Builds;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Images;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>contents</c>: the packages of a build's image, or how they differ from another's.</summary>
internal sealed class ContentsCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly RegistryOptions _registry = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Argument<string> _build = Choices.Build();

    private readonly Option<string?> _against = new(Against)
    {
        Description = "The build that it is compared with.",
        CustomParser = Choices.ObjectName,
    };

    /// <summary>Names the option; completion knows by it what to offer.</summary>
    public const string Against = "--against";

    public static Command Make(Shell shell)
    {
        var own = new ContentsCommand(shell);
        var command = new Command("contents", "Lists the packages of a build's image, or what of them another has.")
        {
            own._build,
            own._against,
            own._format,
        };
        own._cluster.AddTo(command);
        own._registry.AddTo(command);
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var cluster = _cluster.Connect(result, shell);
        var (format, reader) = (result.GetValue(_format)!, new ObjectReader(cluster, shell.Time));
        var contents = new ContentsReader(_registry.Read(result), shell.Time);
        var build = await BuildAsync(result.GetValue(_build)!);
        if (result.GetValue(_against) is { } against)
        {
            var old = await contents.ReadAsync(await BuildAsync(against), cancellationToken);
            var now = await contents.ReadAsync(build, cancellationToken);
            var compared = ContentsComparer.Compare(old, now);
            Write(
                format,
                build,
                PackagesView.Lines(build, against, compared),
                () => PackagesView.Data(build, against, compared)
            );
            if (!compared.IsWhole)
            {
                shell.Screen.Note($"these are those that the API keeps: {now.Problem ?? old.Problem}");
            }

            return ExitCode.Done;
        }

        // Only the whole list needs the registry.
        var known =
            format.Kind == OutputKind.Text
                ? new KnownContents(build, ContentsReader.SaidOf(build), null, null)
                : await contents.ReadAsync(build, cancellationToken);
        Write(format, build, PackagesView.Lines(known), () => PackagesView.Data(known));
        if (known.Problem is { } problem)
        {
            shell.Screen.Note($"the whole list can't be had: {problem}");
        }

        return ExitCode.Done;

        async Task<GemmaBuild> BuildAsync(string name) =>
            GemmaCluster.Read<GemmaBuild>(await reader.BuildAsync(name, cancellationToken));
    }

    private void Write(
        OutputFormat format,
        GemmaBuild build,
        IEnumerable<Line> lines,
        Func<System.Text.Json.Nodes.JsonNode> data
    )
    {
        if (format.IsForPeople)
        {
            shell.Screen.Print(lines);
        }
        else
        {
            format.Write(shell.Screen.Output, data(), [$"gemmabuild.gemmaoperator.io/{build.BuildName}"]);
        }
    }
}
