using System.CommandLine;
using System.Text.Json.Nodes;
using KubectlGemma.Images;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>verify</c>: whether an image is what the operator recorded when it made it.</summary>
internal sealed class VerifyCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly RegistryOptions _registry = new();
    private readonly Option<OutputFormat> _format = Choices.Format();
    private readonly Option<bool> _everywhere = Choices.Everywhere();
    private readonly Argument<ImageOrName> _of = Choices.ImageOrName();

    public static Command Make(Shell shell)
    {
        var own = new VerifyCommand(shell);
        var command = new Command("verify", "Checks an image against what the operator recorded when it made it.")
        {
            own._of,
            own._everywhere,
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
        var facts = await new ProvenanceReader(
            cluster,
            result.GetValue(_everywhere) ? null : cluster.Namespace,
            _registry.Read(result),
            shell.Time
        ).ReadAsync(result.GetValue(_of)!, cancellationToken);
        var verdicts = ProvenancePolicy.Judge(facts);
        var format = result.GetValue(_format)!;
        if (format.IsForPeople)
        {
            shell.Screen.Print(VerdictsView.Lines(facts.Image.ToString(), verdicts, shell.Screen.Width));
        }
        else
        {
            format.Write(
                shell.Screen.Output,
                new JsonObject
                {
                    ["image"] = facts.Image.ToString(),
                    ["build"] = facts.Build.Metadata.Name,
                    ["holds"] = verdicts.All(v => v.IsGood),
                    ["checks"] = VerdictsView.Data(verdicts),
                },
                [$"gemmabuild.gemmaoperator.io/{facts.Build.Metadata.Name}"]
            );
        }

        return verdicts.All(v => v.IsGood) ? ExitCode.Done : ExitCode.Failed;
    }
}
